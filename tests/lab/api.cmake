darbe_suite(lab api DEPS lab aws http mysql base RUNS darbe-lab SUITES LabApi AwsCli LabProcessLife TIMEOUT 400)
