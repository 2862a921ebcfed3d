// Waiting for RDS. There is no fixed end (a big instance may take hours): a stop ends it, and a state that nothing
// leads out of. What each status word means for us: Amazon RDS User Guide, "Viewing Amazon RDS DB instance status".
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/configuration.h"
#include "aws/instances.h"
#include "base/clock.h"

namespace darbe::aws {

enum class Waiting {
  ready,
  usable,      // serves; wait only before modifying it
  on_the_way,  // words we do not know are waited on too
  hopeless,    // a person has to look at it
};
Waiting classify_status(std::string_view status);
// Ready or usable.
bool serves(const Instance& instance);
// The volume has no room: the server is gone until somebody makes it larger.
inline constexpr std::string_view storage_full = "storage-full";
// What a person can do about an instance in that status. Of a word that isn't hopeless, or that we do not know: where
// to read why.
std::string advice_for(std::string_view status);

// 1, 2, 4, … seconds, and `every` from there on; `every` itself where that is shorter.
base::Clock::duration poll_pause(int poll, base::Clock::duration every);

// DARBE_POLL_SECONDS, or 10 s. Throws: Error{usage} if that is no positive number.
base::Clock::duration poll_interval(const Environment& environment = process_environment());
// What RDS is given to know a parameter group, or to tell a server of one that was changed: DARBE_PATIENCE_SECONDS, or
// five minutes. Throws: the same.
base::Clock::duration patience(const Environment& environment = process_environment());

// What one look at AWS showed, for the user.
struct WaitState {
  std::string subject;  // the instance
  std::string what;     // "until it is available"
  std::string status;   // AWS's word; "gone" when there is no such instance; "no answer" in a storm of refusals
  std::optional<int> percent;
  base::Clock::duration waited;
  std::string refusal = {};  // AWS's own words, where it doesn't let us work yet
  bool is_overdue = false;   // it has not for so long that somebody should look; said once
};

// Throws: as Client, but for looks that get no answer, which are taken again; Error{interrupted}; Error{failed} with
// advice in a hopeless state.
class Waiter {
 public:
  // Most of what AWS doesn't allow at once it does within minutes: a backup ends, a change is through.
  static constexpr base::Clock::duration default_patience = std::chrono::minutes(10);
  // `report` is called after each look, on the calling thread. `patience`: after it a refusal is overdue.
  Waiter(const Instances& instances, base::Clock::duration every, std::function<void(const WaitState&)> report,
         base::Clock::duration patience = default_patience)
      : instances_(instances), every_(every), report_(std::move(report)), patience_(patience) {}

  // `what` completes "waiting for <instance> …". Throws: Error{failed} too if the instance is gone.
  Instance until(const std::string& identifier, const std::string& what,
                 const std::function<bool(const Instance&)>& reached, std::stop_token stop) const;
  // Ready or usable.
  Instance until_usable(const std::string& identifier, std::stop_token stop) const;
  // Ready, with nothing pending: it can be modified, and what was asked for before is true. Its volume may still be
  // optimized, for a day and more: AWS refuses only to change its storage meanwhile.
  Instance until_settled(const std::string& identifier, std::stop_token stop) const;
  // And as it was asked to be: of a change AWS may show nothing at first, neither in the status nor as pending. `with`
  // names what was asked for.
  Instance until_settled(const std::string& identifier, const std::string& with,
                         const std::function<bool(const Instance&)>& as_asked, std::stop_token stop) const;
  void until_gone(const std::string& identifier, std::stop_token stop) const;
  // Ready or usable, and no longer of a status that only the operator leads out of.
  Instance until_left(const std::string& identifier, std::string_view status, std::stop_token stop) const;

  // Does `work` as soon as AWS lets it: again after each ApiError{invalid_state, in_use}. `identifier` names the
  // instance whose state decides, and may be empty where something else does. Throws: Error{failed} where nothing leads
  // out of that state, the ApiError nested in it.
  void when_allowed(const std::string& identifier, const std::string& what, const std::function<void()>& work,
                    std::stop_token stop) const;

  // Has AWS delete the instance, without snapshot and backups, as soon as it lets us. `is_still_to_be_deleted` is asked
  // before each single request, as minutes may lie between them, and may throw.
  void remove(const std::string& identifier, const std::function<bool()>& is_still_to_be_deleted,
              std::stop_token stop) const;

 private:
  // Stays in `borne` too, which else would be hopeless.
  Instance until(const std::string& identifier, const std::string& what,
                 const std::function<bool(const Instance&)>& reached, std::string_view borne,
                 const std::stop_token& stop) const;
  struct Look {
    std::optional<Instance> instance;
    WaitState state;
  };
  // Looks until `seen` says that it has seen enough.
  void poll(const std::string& identifier, const std::string& what, const std::function<bool(Look&)>& seen,
            const std::stop_token& stop) const;

  const Instances& instances_;
  base::Clock::duration every_;
  std::function<void(const WaitState&)> report_;
  base::Clock::duration patience_;
};

}  // namespace darbe::aws
