darbe_suite(story story DEPS aws lab http replication mysql base SUITES StoryMySql StoryMySql56 StoryMariaDb TIMEOUT 900)
target_sources(story_test PRIVATE story/faults_test.cc story/disk_test.cc story/world.cc ${PROJECT_SOURCE_DIR}/demo/writer.cc)
target_include_directories(story_test PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/demo)
add_dependencies(story_test darbe darbe-lab)
