// A digest with a flaw, for the test that shows that the tests of damage notice one. The linker puts it between the
// digest and its callers (damage.cmake); without an order in the environment it hands on what it is given.
#pragma once

namespace darbe::copy {

inline constexpr const char* flaw_variable = "DARBE_TEST_FLAW";  // names one of these

inline constexpr const char* sees_no_values = "SeesNoValues";
inline constexpr const char* forgets_the_row = "ForgetsTheRow";  // adds up values instead of rows
inline constexpr const char* drops_last_bits = "DropsLastBits";  // of each value

}  // namespace darbe::copy
