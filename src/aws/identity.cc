#include "aws/identity.h"

#include "aws/query.h"

namespace darbe::aws {

Identity caller_identity(const Client& client, std::stop_token stop) {
  const XmlElement result = client.call(sts, "GetCallerIdentity", {}, stop);
  return {result.text("Account"), result.text("Arn"), result.text("UserId")};
}

}  // namespace darbe::aws
