# shellcheck shell=sh
#
# A libvirtd of one's own, warm when this returns: run as root in new network and mount namespaces
# that have a /sys of their network and a writable /etc, whose /etc/libvirt becomes as new, with
# the network `default`, if Debian's libvirt-daemon-config-network is there, defined and not
# started. /run and what is below /var that libvirtd uses
# become empty. Whatever it starts is in the caller's namespaces.
# LIBVIRTD_LOG names a file that keeps its log.
# Of Debian's packages it needs libvirt-daemon and libvirt-clients, which start nothing by
# themselves.

rm -rf /etc/libvirt
standard=/usr/share/libvirt/networks/default.xml
[ ! -e $standard ] || install -D -m 644 $standard /etc/libvirt/qemu/networks/default.xml
# Users that libvirtd looks up; the package that makes them would also start services.
for user in libvirt-dnsmasq:64054 libvirt-qemu:64055; do
  name=${user%:*} number=${user#*:}
  id "$name" >/dev/null 2>&1 ||
    echo "$name:x:$number:65534::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
  getent group "$name" >/dev/null || echo "$name:x:$number:" >>/etc/group
done
for place in lib/libvirt cache/libvirt log/libvirt; do
  mkdir -p "/var/$place"
  mount -t tmpfs -o mode=755 libvirt "/var/$place"
done
mkdir -p /run/lock /var/log/libvirt/qemu /var/cache/libvirt/qemu /var/lib/misc \
  /var/lib/libvirt/dnsmasq /var/lib/libvirt/qemu /var/lib/libvirt/network

# What a namespace does not have: cgroups to place guests in, a log daemon, a security module.
cat >/etc/libvirt/qemu.conf <<'END'
user = "root"
group = "root"
stdio_handler = "file"
security_driver = "none"
cgroup_controllers = []
END
export LIBVIRT_LOG_OUTPUTS="3:file:${LIBVIRTD_LOG:-/var/log/libvirt/libvirtd.log}"
libvirtd --daemon
unset LIBVIRT_LOG_OUTPUTS
virsh --quiet --connect qemu:///system net-list --all >/dev/null
