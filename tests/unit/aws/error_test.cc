#include "aws/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::aws {
namespace {

using base::Kind;
using testing::HasSubstr;

TEST(ErrorCode, MeansTheSameWithAndWithoutFault) {
  for (const char* code : {"DBInstanceNotFound", "DBInstanceNotFoundFault", "DBParameterGroupNotFoundFault",
                           "InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound"}) {
    EXPECT_EQ(meaning_of(code, 404), Meaning::not_found) << code;
  }
  for (const char* code : {"DBInstanceAlreadyExists", "DBInstanceAlreadyExistsFault", "DBParameterGroupAlreadyExists",
                           "InvalidGroup.Duplicate", "InvalidPermission.Duplicate"}) {
    EXPECT_EQ(meaning_of(code, 400), Meaning::already_exists) << code;
  }
  for (const char* code : {"InvalidDBInstanceState", "InvalidDBInstanceStateFault", "InvalidDBParameterGroupState"}) {
    EXPECT_EQ(meaning_of(code, 400), Meaning::invalid_state) << code;
  }
}

TEST(ErrorCode, TellsLimitsFromThrottling) {
  for (const char* code : {"RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "Throttling"}) {
    EXPECT_EQ(meaning_of(code, 503), Meaning::throttled) << code;
  }
  for (const char* code :
       {"InstanceQuotaExceeded", "InstanceQuotaExceededFault", "RulesPerSecurityGroupLimitExceeded"}) {
    EXPECT_EQ(meaning_of(code, 400), Meaning::limit) << code;
  }
  for (const char* code : {"InsufficientDBInstanceCapacity", "ProvisionedIopsNotAvailableInAZFault"})
    EXPECT_EQ(meaning_of(code, 400), Meaning::no_capacity) << code;
}

TEST(ErrorCode, IsWaitedForOrToldToTheOperator) {
  for (const char* code : {"InvalidDBInstanceState", "InvalidDBParameterGroupState"})
    EXPECT_EQ(meaning_of(code, 400), Meaning::invalid_state) << code;
  for (const char* code : {"DependencyViolation", "InvalidGroup.InUse"})
    EXPECT_EQ(meaning_of(code, 400), Meaning::in_use) << code;
  for (const char* code : {"InstanceQuotaExceeded",
                           "StorageQuotaExceeded",
                           "DBParameterGroupQuotaExceeded",
                           "SnapshotQuotaExceeded",
                           "RulesPerSecurityGroupLimitExceeded",
                           "SecurityGroupLimitExceeded",
                           "SecurityGroupsPerInterfaceLimitExceeded",
                           "InsufficientDBInstanceCapacity",
                           "ProvisionedIopsNotAvailableInAZFault",
                           "StorageTypeNotSupported",
                           "NetworkTypeNotSupported",
                           "KMSKeyNotAccessibleFault",
                           "DBSubnetGroupDoesNotCoverEnoughAZs",
                           "InvalidSubnet",
                           "InvalidVPCNetworkStateFault",
                           "DBUpgradeDependencyFailure",
                           "VpcEncryptionControlViolationException",
                           "InvalidParameterCombination",
                           "InvalidParameterValue",
                           "ValidationError"})
    EXPECT_EQ(classify(meaning_of(code, 400)), Kind::refused) << code;
  // What the request names is not there, which is good for undo.
  for (const char* code : {"DBSubnetGroupNotFoundFault", "OptionGroupNotFoundFault", "CertificateNotFound",
                           "DomainNotFoundFault", "BackupPolicyNotFoundFault", "InvalidPermission.NotFound"})
    EXPECT_EQ(meaning_of(code, 404), Meaning::not_found) << code;
}

// The lists of AWS's SDKs (SDKs Reference Guide, "Retry behavior"), whatever the status.
TEST(ErrorCode, IsRepeatedAsAwssOwnToolsDo) {
  for (const char* code :
       {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "LimitExceededException", "PriorRequestNotComplete", "EC2ThrottledException", "RequestLimitExceeded",
        "SlowDown", "BandwidthLimitExceeded"})
    EXPECT_EQ(meaning_of(code, 400), Meaning::throttled) << code;
  for (const char* code : {"RequestTimeout", "RequestTimeoutException", "InternalError", "IDPCommunicationError"})
    EXPECT_EQ(meaning_of(code, 400), Meaning::fault) << code;
  for (const int status : {500, 502, 503, 504}) EXPECT_EQ(meaning_of("NewsToUs", status), Meaning::fault) << status;
}

TEST(ErrorCode, TellsWhatIsWrongWithTheCredentials) {
  EXPECT_EQ(meaning_of("InvalidClientTokenId", 403), Meaning::unknown_credentials);
  EXPECT_EQ(meaning_of("AuthFailure", 401), Meaning::unknown_credentials);
  EXPECT_EQ(meaning_of("SignatureDoesNotMatch", 403), Meaning::unknown_credentials);
  EXPECT_EQ(meaning_of("SignatureDoesNotMatch", 403, "Signature expired: 20261122T1 is now earlier than 20261122T2"),
            Meaning::clock_skew);
  EXPECT_EQ(meaning_of("RequestExpired", 400), Meaning::clock_skew);
  EXPECT_EQ(meaning_of("ExpiredToken", 403), Meaning::expired_token);
  EXPECT_EQ(meaning_of("AccessDenied", 403), Meaning::access_denied);
  EXPECT_EQ(meaning_of("UnauthorizedOperation", 403), Meaning::access_denied);
}

TEST(ErrorCode, ThatIsUnknownIsJudgedByTheStatus) {
  EXPECT_EQ(meaning_of("NewsToUs", 400), Meaning::invalid_request);
  EXPECT_EQ(meaning_of("NewsToUs", 403), Meaning::access_denied);
  EXPECT_EQ(meaning_of("NewsToUs", 429), Meaning::throttled);
  EXPECT_EQ(meaning_of("NewsToUs", 500), Meaning::fault);
  EXPECT_EQ(meaning_of("HTTP 502", 502), Meaning::fault);
  EXPECT_EQ(meaning_of("HTTP 302", 302), Meaning::other);
}

TEST(ErrorCode, DecidesWhetherAnybodyMayTryAgain) {
  EXPECT_EQ(classify(Meaning::throttled), Kind::transient);
  EXPECT_EQ(classify(Meaning::fault), Kind::transient);
  EXPECT_EQ(classify(Meaning::invalid_request), Kind::refused);
  EXPECT_EQ(classify(Meaning::unknown_credentials), Kind::refused);
  EXPECT_EQ(classify(Meaning::limit), Kind::refused);
  EXPECT_EQ(classify(Meaning::no_capacity), Kind::refused);
  EXPECT_EQ(classify(Meaning::invalid_state), Kind::failed);
  EXPECT_EQ(classify(Meaning::not_found), Kind::failed);
}

TEST(Question, IsUnansweredWhereAServiceCannotBeReachedIsInTroubleOrMayNotBeAsked) {
  const auto said = [](const char* code, int status) {
    return ApiError({"GetMetricData", code, "No.", status, "b136"});
  };
  EXPECT_TRUE(is_unanswered(said("AccessDenied", 403)));
  EXPECT_TRUE(is_unanswered(said("InternalFailure", 500)));
  EXPECT_TRUE(is_unanswered(said("Throttling", 400)));
  EXPECT_TRUE(is_unanswered(base::Error(Kind::transient, "no answer")));
  EXPECT_FALSE(is_unanswered(said("ValidationError", 400)));
  EXPECT_FALSE(is_unanswered(said("ExpiredToken", 403)));
  EXPECT_FALSE(is_unanswered(base::Error(Kind::interrupted, "stopped")));
}

TEST(ApiError, SaysWhatAwsSaidAndWhatToDo) {
  const ApiError error({"CreateDBInstance", "InstanceQuotaExceeded", "40 of 40 instances.", 400, "b136", {}});
  EXPECT_STREQ(error.what(), "CreateDBInstance: 40 of 40 instances. (InstanceQuotaExceeded, request b136)");
  EXPECT_EQ(error.kind(), Kind::refused);
  EXPECT_EQ(error.meaning(), Meaning::limit);
  EXPECT_THAT(error.advice(), HasSubstr("limit"));
}

}  // namespace
}  // namespace darbe::aws
