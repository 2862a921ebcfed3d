darbe_suite(lab run_lock DEPS steps servers mysql base SUITES RunLocks TIMEOUT 300)
