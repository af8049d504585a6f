#!/usr/bin/env bash
# Runs a program on two hosts of this machine, which a link of a given rate and delay connects: ranks as on a cluster, through TCP.
# Root only. Each host is a network namespace with a name of its own; Open MPI reaches it through a launch agent.
#
#     bench/hosts/run.sh RATE PROGRAM [ARGUMENTS]        RATE as for tc: 1gbit, 10gbit; or none
set -euo pipefail

rate=$1; shift
folder=$(mktemp -d)
remove() { for host in 1 2; do ip netns delete "attngan$host" 2> /dev/null || true; done; rm -rf "$folder"; }
trap remove EXIT

ip netns add attngan1
ip netns add attngan2
ip link add a1 netns attngan1 type veth peer name a2 netns attngan2
for host in 1 2; do
  ip -n "attngan$host" address add "10.89.0.$host/24" dev "a$host"
  ip -n "attngan$host" link set lo up
  ip -n "attngan$host" link set "a$host" up
  [ "$rate" = none ] || ip netns exec "attngan$host" tc qdisc add dev "a$host" root tbf rate "$rate" burst 1mb latency 50ms
done

cat > "$folder/agent" << 'AGENT'
#!/usr/bin/env bash
# In the place of ssh: HOST COMMAND
host=${1##*.}; shift
exec ip netns exec "attngan$host" unshare --uts bash -c "hostname host$host; $*"
AGENT
chmod +x "$folder/agent"

ip netns exec attngan1 unshare --uts bash -c 'hostname host1; exec "$@"' host1 \
  mpirun.openmpi --allow-run-as-root --host 10.89.0.1,10.89.0.2 -n 2 --bind-to none \
  --mca plm_rsh_agent "$folder/agent" --mca btl tcp,self --mca btl_tcp_if_include 10.89.0.0/24 --mca oob_tcp_if_include 10.89.0.0/24 \
  --mca mpi_yield_when_idle 1 "$@"
