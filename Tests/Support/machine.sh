# shellcheck shell=sh
#
# A machine to try things on: run as root in new network and mount namespaces, this gives it
#
#   /etc /var   overlays: writable, the host's stay as they are; /etc/tapster and /etc/qemu empty
#   /run        empty, without nosuid; $DIRECTORY in it for files of whoever sources this
#   /dev        the usual nodes, and /dev/net/tun with mode $TUN_MODE
#   /sys        that of its network
#
# and the users and groups in $MACHINE_USERS and $MACHINE_GROUPS, lines as in /etc/passwd and
# /etc/group. It leaves the caller in /.

umask 022
mount --make-rprivate /
ip link set lo up

mount -t tmpfs -o mode=755 machine /run
mkdir -p "$DIRECTORY" /run/machine/dev /run/netns /run/lock /run/tapster
chmod 1777 /run/lock

for tree in etc var; do
  mkdir "/run/machine/$tree" "/run/machine/$tree.work"
  options="lowerdir=/$tree,upperdir=/run/machine/$tree,workdir=/run/machine/$tree.work"
  mount -t overlay -o "$options" machine "/$tree"
done
rm -rf /etc/tapster /etc/qemu /var/lib/tapster
mkdir /etc/tapster /etc/qemu /var/lib/tapster

# add_entries FILE LINES: what the file said of the same names and numbers gives way.
add_entries() {
  printf '%s\n' "$2" | cut -d: -f1 | sed 's/.*/^&:/' >/run/machine/taken
  printf '%s\n' "$2" | cut -d: -f3 | sed 's/.*/^[^:]*:[^:]*:&:/' >>/run/machine/taken
  grep -v -f /run/machine/taken "$1" >/run/machine/kept || true
  printf '%s\n' "$2" >>/run/machine/kept
  cat /run/machine/kept >"$1"
}
add_entries /etc/passwd "$MACHINE_USERS"
add_entries /etc/group "$MACHINE_GROUPS"

mount -t tmpfs -o mode=755 machine /run/machine/dev
cd /run/machine/dev
mknod -m 666 null c 1 3
mknod -m 666 zero c 1 5
mknod -m 666 full c 1 7
mknod -m 666 random c 1 8
mknod -m 666 urandom c 1 9
mknod -m 666 tty c 5 0
mkdir net pts shm
mknod -m "$TUN_MODE" net/tun c 10 200
if [ -e /dev/vhost-net ]; then cp -a /dev/vhost-net .; fi
ln -s /proc/self/fd fd
ln -s pts/ptmx ptmx
mount --rbind /dev/pts pts
mount -t tmpfs -o mode=1777 machine shm
cd /
mount --move /run/machine/dev /dev
mount -t sysfs machine /sys
