# Every point by itself, which takes hours: `./dev check --all` runs it, ctest doesn't.
if(NOT DARBE_ONLY)
  add_executable(story_product story/product_main.cc story/world.cc ${PROJECT_SOURCE_DIR}/demo/writer.cc)
  target_include_directories(story_product PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/demo)
  target_link_libraries(story_product PRIVATE darbe_watch darbe_aws darbe_lab darbe_http darbe_replication darbe_mysql darbe_base
                                              darbe_flags GTest::gmock)
  target_compile_definitions(story_product PRIVATE DARBE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                                   DARBE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  target_precompile_headers(story_product REUSE_FROM darbe_test_pch)
  add_dependencies(story_product darbe darbe-lab)
endif()
