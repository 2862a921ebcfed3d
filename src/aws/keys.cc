#include "aws/keys.h"

#include "aws/error.h"
#include "aws/query.h"

namespace darbe::aws {

std::optional<Key> find_key(const Client& client, const std::string& id, std::stop_token stop) {
  try {
    const Fields answer = client.call_json(kms, "DescribeKey", {{"KeyId", id}}, stop);
    return Key{field(answer, "KeyMetadata.Arn"), field(answer, "KeyMetadata.KeyState")};
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace darbe::aws
