#include "schemas/io/kafka/error_codes.hpp"

#include <algorithm>
#include <array>

namespace billhook::kafka {

namespace {

using enum remedy;

constexpr std::string_view away = "a broker, or the way to it, is away";
constexpr std::string_view late = "no answer in time";
constexpr std::string_view moving = "a leader, controller or replica is being found or moved";
constexpr std::string_view coordinator = "the group's coordinator is being found or moved";
constexpr std::string_view replicas = "too few replicas are in step";
constexpr std::string_view unfinished = "the client has not finished what it asks for";
constexpr std::string_view full = "no room or no turn just now";
constexpr std::string_view disk = "a broker's disk fails it; another replica may take over";
constexpr std::string_view session = "the fetch session is begun anew";
constexpr std::string_view garbled = "an answer that cannot be read; the next may be";
constexpr std::string_view gone =
    "no such topic or partition: deleted, or that broker or client is not up to date";
constexpr std::string_view forbidden_topic =
    "not ours to use: as good as no topic until the rights are back";
constexpr std::string_view outside =
    "the offset is not in the log: truncated, deleted or another log";
constexpr std::string_view damaged =
    "a record is damaged; what follows it must not be read as if nothing was";
constexpr std::string_view spent = "the client's own state is of no use any more";
constexpr std::string_view out_of_thread = "the broker has lost the thread of this producer";
constexpr std::string_view group = "we join no group: client and broker disagree about what we are";
constexpr std::string_view request = "the broker does not understand what the client asked";
constexpr std::string_view login = "who we are is not accepted: credentials, certificates";
constexpr std::string_view rights = "a right is wanting";
constexpr std::string_view limits = "the broker's limits are smaller than ours";
constexpr std::string_view settings = "a setting of ours or of the topic does not fit the cluster";
constexpr std::string_view tokens = "delegation tokens, which we do not use";
constexpr std::string_view cluster = "between brokers, and never an answer to us";
constexpr std::string_view transactions = "transactions, which we do not use";
constexpr std::string_view misuse = "a call that we should not have made so";
constexpr std::string_view no_failure =
    "no failure: handled where it comes, or a mark of librdkafka's";

constexpr std::array rules{
    error_rule{RD_KAFKA_RESP_ERR__BEGIN,                                bug,    no_failure     },
    error_rule{RD_KAFKA_RESP_ERR__BAD_MSG,                              park,   damaged        },
    error_rule{RD_KAFKA_RESP_ERR__BAD_COMPRESSION,                      park,   damaged        },
    error_rule{RD_KAFKA_RESP_ERR__DESTROY,                              reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__FAIL,                                 retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR__TRANSPORT,                            retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE,                    reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__RESOLVE,                              retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,                        retry,  late           },
    error_rule{RD_KAFKA_RESP_ERR__PARTITION_EOF,                        bug,    no_failure     },
    error_rule{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,                    absent, gone           },
    error_rule{RD_KAFKA_RESP_ERR__FS,                                   reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,                        absent, gone           },
    error_rule{RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,                     retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR__INVALID_ARG,                          bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__TIMED_OUT,                            retry,  late           },
    error_rule{RD_KAFKA_RESP_ERR__QUEUE_FULL,                           retry,  full           },
    error_rule{RD_KAFKA_RESP_ERR__ISR_INSUFF,                           retry,  replicas       },
    error_rule{RD_KAFKA_RESP_ERR__NODE_UPDATE,                          retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR__SSL,                                  alarm,  login          },
    error_rule{RD_KAFKA_RESP_ERR__WAIT_COORD,                           retry,  coordinator    },
    error_rule{RD_KAFKA_RESP_ERR__UNKNOWN_GROUP,                        reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR__IN_PROGRESS,                          retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS,                     retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__EXISTING_SUBSCRIPTION,                bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS,                    bug,    no_failure     },
    error_rule{RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS,                    bug,    no_failure     },
    error_rule{RD_KAFKA_RESP_ERR__CONFLICT,                             reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__STATE,                                reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__UNKNOWN_PROTOCOL,                     bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED,                      bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__AUTHENTICATION,                       alarm,  login          },
    error_rule{RD_KAFKA_RESP_ERR__NO_OFFSET,                            reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR__OUTDATED,                             retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,                      retry,  late           },
    error_rule{RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,                  reopen, request        },
    error_rule{RD_KAFKA_RESP_ERR__WAIT_CACHE,                           retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__INTR,                                 retry,  late           },
    error_rule{RD_KAFKA_RESP_ERR__KEY_SERIALIZATION,                    bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__VALUE_SERIALIZATION,                  bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__KEY_DESERIALIZATION,                  bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__VALUE_DESERIALIZATION,                bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__PARTIAL,                              retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__READ_ONLY,                            bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__NOENT,                                absent, gone           },
    error_rule{RD_KAFKA_RESP_ERR__UNDERFLOW,                            retry,  garbled        },
    error_rule{RD_KAFKA_RESP_ERR__INVALID_TYPE,                         bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__RETRY,                                retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__PURGE_QUEUE,                          retry,  full           },
    error_rule{RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,                       retry,  full           },
    error_rule{RD_KAFKA_RESP_ERR__FATAL,                                reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__INCONSISTENT,                         reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE,                    reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,                    reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__UNKNOWN_BROKER,                       retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR__NOT_CONFIGURED,                       bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__FENCED,                               reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__APPLICATION,                          bug,    misuse         },
    error_rule{RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,                      reopen, spent          },
    error_rule{RD_KAFKA_RESP_ERR__NOOP,                                 retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET,                    park,   outside        },
    error_rule{RD_KAFKA_RESP_ERR__END,                                  bug,    no_failure     },
    error_rule{RD_KAFKA_RESP_ERR_UNKNOWN,                               retry,  garbled        },
    error_rule{RD_KAFKA_RESP_ERR_NO_ERROR,                              bug,    no_failure     },
    error_rule{RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,                   park,   outside        },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_MSG,                           park,   damaged        },
    error_rule{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,                 absent, gone           },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,                      alarm,  limits         },
    error_rule{RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,                  retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,              retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,                     retry,  late           },
    error_rule{RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,                  retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,                 retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,                    alarm,  limits         },
    error_rule{RD_KAFKA_RESP_ERR_STALE_CTRL_EPOCH,                      retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,             alarm,  limits         },
    error_rule{RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,                     retry,  away           },
    error_rule{RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,          retry,  coordinator    },
    error_rule{RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,             retry,  coordinator    },
    error_rule{RD_KAFKA_RESP_ERR_NOT_COORDINATOR,                       retry,  coordinator    },
    error_rule{RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,                       alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,                 alarm,  limits         },
    error_rule{RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,                   retry,  replicas       },
    error_rule{RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,      retry,  replicas       },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS,                 alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,                    reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL,           reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_GROUP_ID,                      alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,                     reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT,               alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,                 reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE,            alarm,  limits         },
    error_rule{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,            absent, forbidden_topic},
    error_rule{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,            alarm,  rights         },
    error_rule{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,          alarm,  rights         },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,                     reopen, request        },
    error_rule{RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM,            alarm,  login          },
    error_rule{RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE,                    reopen, request        },
    error_rule{RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,                   reopen, request        },
    error_rule{RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS,                  alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_PARTITIONS,                    alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR,            alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT,            alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_CONFIG,                        alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_NOT_CONTROLLER,                        retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_REQUEST,                       reopen, request        },
    error_rule{RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,        reopen, request        },
    error_rule{RD_KAFKA_RESP_ERR_POLICY_VIOLATION,                      alarm,  rights         },
    error_rule{RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,          reopen, out_of_thread  },
    error_rule{RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER,             reopen, out_of_thread  },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,                reopen, out_of_thread  },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,                     alarm,  transactions   },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,           reopen, out_of_thread  },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,           alarm,  transactions   },
    error_rule{RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,               alarm,  transactions   },
    error_rule{RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED,        alarm,  transactions   },
    error_rule{RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, alarm,  rights         },
    error_rule{RD_KAFKA_RESP_ERR_SECURITY_DISABLED,                     alarm,  login          },
    error_rule{RD_KAFKA_RESP_ERR_OPERATION_NOT_ATTEMPTED,               retry,  unfinished     },
    error_rule{RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,                   retry,  disk           },
    error_rule{RD_KAFKA_RESP_ERR_LOG_DIR_NOT_FOUND,                     retry,  disk           },
    error_rule{RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,            alarm,  login          },
    error_rule{RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,                   reopen, out_of_thread  },
    error_rule{RD_KAFKA_RESP_ERR_REASSIGNMENT_IN_PROGRESS,              retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_AUTH_DISABLED,        alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_NOT_FOUND,            alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_OWNER_MISMATCH,       alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_REQUEST_NOT_ALLOWED,  alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_AUTHORIZATION_FAILED, alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_EXPIRED,              alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_PRINCIPAL_TYPE,                alarm,  tokens         },
    error_rule{RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP,                       reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND,                    reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_FETCH_SESSION_ID_NOT_FOUND,            retry,  session        },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_FETCH_SESSION_EPOCH,           retry,  session        },
    error_rule{RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND,                    retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_TOPIC_DELETION_DISABLED,               alarm,  rights         },
    error_rule{RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,                   retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,                  retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE,          park,   damaged        },
    error_rule{RD_KAFKA_RESP_ERR_STALE_BROKER_EPOCH,                    retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,                  retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_MEMBER_ID_REQUIRED,                    reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE,        retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED,                reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,                    reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_ELIGIBLE_LEADERS_NOT_AVAILABLE,        retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_ELECTION_NOT_NEEDED,                   retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_NO_REASSIGNMENT_IN_PROGRESS,           retry,  moving         },
    error_rule{RD_KAFKA_RESP_ERR_GROUP_SUBSCRIBED_TO_TOPIC,             reopen, group          },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_RECORD,                        alarm,  limits         },
    error_rule{RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,                retry,  coordinator    },
    error_rule{RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,             retry,  full           },
    error_rule{RD_KAFKA_RESP_ERR_PRODUCER_FENCED,                       reopen, out_of_thread  },
    error_rule{RD_KAFKA_RESP_ERR_RESOURCE_NOT_FOUND,                    absent, gone           },
    error_rule{RD_KAFKA_RESP_ERR_DUPLICATE_RESOURCE,                    alarm,  settings       },
    error_rule{RD_KAFKA_RESP_ERR_UNACCEPTABLE_CREDENTIAL,               alarm,  login          },
    error_rule{RD_KAFKA_RESP_ERR_INCONSISTENT_VOTER_SET,                alarm,  cluster        },
    error_rule{RD_KAFKA_RESP_ERR_INVALID_UPDATE_VERSION,                alarm,  cluster        },
    error_rule{RD_KAFKA_RESP_ERR_FEATURE_UPDATE_FAILED,                 alarm,  cluster        },
    error_rule{RD_KAFKA_RESP_ERR_PRINCIPAL_DESERIALIZATION_FAILURE,     reopen, request        },
};

}  // namespace

std::string_view to_word(remedy what) {
    switch (what) {
        case retry:
            return "retry";
        case absent:
            return "absent";
        case park:
            return "park";
        case reopen:
            return "reopen";
        case alarm:
            return "alarm";
        case bug:
            return "bug";
    }
    return {};
}

std::span<const error_rule> error_rules() {
    return rules;
}

remedy remedy_for(rd_kafka_resp_err_t code) {
    const auto at = std::ranges::find(rules, code, &error_rule::code);
    return at == rules.end() ? alarm : at->what;
}

std::string name_of(rd_kafka_resp_err_t code) {
    return rd_kafka_err2name(code);
}

}  // namespace billhook::kafka
