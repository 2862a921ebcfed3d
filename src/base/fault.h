// fault::point("copy.commit") marks a spot where the world can break. In builds with DARBE_FAULT_POINTS the environment
// variable DARBE_FAULT breaks it there; release builds contain nothing of it.
//
//   DARBE_FAULT=NAME[#N]:kill     SIGKILL to ourselves at the N-th passing (default 1)
//   DARBE_FAULT=NAME[#N]:lose     throws Error{transient}, as a lost link would
//   DARBE_FAULT=NAME[#N]:fail     throws Error{failed}
//   DARBE_FAULT=NAME[#N]:stop     SIGINT to ourselves
//   DARBE_FAULT=NAME[#N]:pause    SIGSTOP to ourselves, until somebody sends SIGCONT
//   DARBE_FAULT_LOG=FILE          appends the name of each point passed, once
#pragma once

namespace darbe::fault {

#ifdef DARBE_FAULT_POINTS
void point(const char* name);
#else
inline void point(const char*) {}
#endif

}  // namespace darbe::fault
