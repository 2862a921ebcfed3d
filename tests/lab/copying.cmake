darbe_suite(lab copying DEPS verify copy tables servers mysql base SUITES CopySuite CopyResume CopyCommit TIMEOUT 300)
