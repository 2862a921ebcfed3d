// The lab's own small API beside AWS's: faults on demand (docs/lab.md). JSON over HTTP under /lab/, on the lab's
// address, which is always a loopback one.
//
//   POST   /lab/faults      order one; answers {"id": 3, "done": false} for those a server's worker carries out
//   GET    /lab/faults      the API faults still to strike
//   GET    /lab/faults/3    {"id": 3, "done": true, "error": ""}
//   DELETE /lab/faults      takes back the API faults, and sets the clock right
#pragma once

#include "http/server.h"
#include "lab/faults.h"
#include "lab/instances.h"
#include "lab/state.h"

namespace darbe::lab {

class Control {
 public:
  struct Parts {
    State& state;
    Faults& faults;
    Instances& instances;
  };
  explicit Control(Parts parts) : parts_(parts) {}

  // Requires: the target begins with /lab/.
  http::Response handle(const http::Request& request);

 private:
  Value order(const Value& wanted);
  Value inflict(const std::string& identifier, const std::string& fault);
  Value open_maintenance_window(const std::string& identifier);
  Value set_said_status(const std::string& identifier, const std::string& word);
  Value expire_sessions();
  Value set_clock(const Value& minutes);
  Value set_quota(const std::string& name, const Value& max);

  Parts parts_;
};

}  // namespace darbe::lab
