darbe_suite(lab api DEPS lab aws http mysql base SUITES LabApi AwsCli LabProcessLife TIMEOUT 400)
add_dependencies(api_test darbe-lab)
