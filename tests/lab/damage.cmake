darbe_suite(lab damage DEPS verify copy tables servers mysql base SUITES VerifySuite FlawedDigest TIMEOUT 300)
# flawed_digest.cc stands between RowHasher::hash and its callers.
target_sources(damage_test PRIVATE lab/flawed_digest.cc)
target_link_options(damage_test PRIVATE
  "LINKER:--wrap=_ZN5darbe6tables9RowHasher4hashESt4spanIKSt8optionalISt17basic_string_viewIcSt11char_traitsIcEEELm18446744073709551615EE")
