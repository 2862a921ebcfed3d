darbe_suite(lab credentials DEPS watch aws lab http replication mysql base
            FILES story/world.cc INCLUDES ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/demo
            RUNS darbe darbe-lab SUITES LabCredentials CredentialsOfARun TIMEOUT 600)
