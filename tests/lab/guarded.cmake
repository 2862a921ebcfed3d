darbe_suite(lab guarded DEPS watch aws lab http replication mysql base
            FILES story/world.cc INCLUDES ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/demo
            RUNS darbe darbe-lab SUITES Guarded TIMEOUT 600)
