# A Kafka broker (KRaft) on 127.0.0.1, alone or one of several. To be sourced after say.sh and ports.sh.

readonly kafka_versions='4.1 3.9'

check_kafka_version() {
    [[ " $kafka_versions " == *" $1 "* ]] ||
        fail $exit_usage "no Kafka '$1' in tools/pom.xml; there are: $kafka_versions"
}

kafka_jars() { printf '%s' "$repository/.local/kafka/jars-$1/lib"; }

# ensure_kafka VERSION LOG: Java is fit and the jars are there, or the script ends (exit 3).
ensure_kafka() {
    java_is_fit || fail $exit_unreachable "Kafka needs Java 17; 'java' is another one: put 17 first in PATH"
    kafka_is_fetched "$1" || step "fetching Kafka $1" "$2" fetch_kafka "$1" ||
        fail $exit_unreachable "Kafka's jars could not be had; see $2"
}

kafka_is_fetched() {
    local complete=$repository/.local/kafka/jars-$1/complete
    [[ -f $complete && ! $repository/tools/pom.xml -nt $complete ]]
}

# By Maven, as tools/pom.xml pins them; two that fetch at once take turns.
fetch_kafka() {
    local home=$repository/.local/kafka/jars-$1
    mkdir -p "$home"
    (
        flock 6
        ! kafka_is_fetched "$1" || exit 0
        rm -rf "$home/lib" "$home/new"
        mvn -B -f "$repository/tools/pom.xml" -P "kafka-$1" dependency:copy-dependencies \
            -DoutputDirectory="$home/new" -DincludeScope=runtime
        mv "$home/new" "$home/lib"
        touch "$home/complete"
    ) 6>"$home/.fetching"
}

java_is_fit() {
    local version
    version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    ((${version:-0} >= 17))
}

# write_kafka_settings FOLDER PORT CONTROLLER_PORT [NODE VOTERS]: of a broker that is alone, or the NODE among
# three whose controllers are VOTERS (1@HOST:PORT,...).
write_kafka_settings() {
    local folder=$1 port=$2 controller=$3 node=${4:-1} voters=${5:-} replication=1 least=1
    [[ ! $voters ]] || replication=3 least=2
    mkdir -p "$folder"
    chmod 700 "$folder"  # the log has customers' names and addresses
    cat >"$folder/server.properties" <<END
process.roles=broker,controller
node.id=$node
controller.quorum.voters=${voters:-1@127.0.0.1:$controller}
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$folder/data
num.network.threads=1
num.io.threads=2
background.threads=2
log.cleaner.dedupe.buffer.size=4194304
offsets.topic.num.partitions=1
default.replication.factor=$replication
min.insync.replicas=$least
offsets.topic.replication.factor=$replication
transaction.state.log.replication.factor=$replication
transaction.state.log.min.isr=$least
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
controlled.shutdown.enable=false
END
    cat >"$folder/log4j2.properties" <<'END'
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
END
    cat >"$folder/log4j.properties" <<'END'
log4j.rootLogger=WARN, console
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %m (%c)%n
END
}

# run_kafka FOLDER VERSION [CLUSTER]: formats the log if it is new, as one of the cluster of that id, then
# becomes the broker, in the foreground; to be run in a subshell.
run_kafka() {
    local folder=$1 jars
    jars=$(kafka_jars "$2")
    local java=(
        java -Xms192m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto
        -Djava.awt.headless=true -Dlog4j.configuration="file:$folder/log4j.properties"
        -Dlog4j2.configurationFile="$folder/log4j2.properties" -cp "$jars/*"
    )
    cd "$folder"
    if [[ ! -f $folder/data/meta.properties ]]; then
        "${java[@]}" kafka.tools.StorageTool format --ignore-formatted --config server.properties \
            --cluster-id "${3:-$("${java[@]}" kafka.tools.StorageTool random-uuid)}"
    fi
    exec "${java[@]}" kafka.Kafka server.properties
}
