# Run in the root file system of kind's base image, which was unpacked from Debian packages: does what their installation
# would have done, and what kind's Dockerfile for that image does.
units=/usr/lib/systemd/system
chmod 755 /usr/local/bin/* /kind /kind/bin /kind/bin/*
chmod -R u+w /etc /kind
# At these words kind stops waiting for systemd, and kubeadm may find none that could start the kubelet.
sed -i "s/log_info 'detected cgroup v1'/:/" /usr/local/bin/entrypoint

systemd-sysusers
ln -sf mawk /usr/bin/awk
ln -sf which.debianutils /usr/bin/which
for name in iptables ip6tables; do
  update-alternatives --install /usr/sbin/$name $name /usr/sbin/$name-nft 20 \
    --slave /usr/sbin/$name-restore $name-restore /usr/sbin/$name-nft-restore \
    --slave /usr/sbin/$name-save $name-save /usr/sbin/$name-nft-save
  update-alternatives --install /usr/sbin/$name $name /usr/sbin/$name-legacy 10 \
    --slave /usr/sbin/$name-restore $name-restore /usr/sbin/$name-legacy-restore \
    --slave /usr/sbin/$name-save $name-save /usr/sbin/$name-legacy-save
done

rm -f $units/sysinit.target.wants/systemd-tmpfiles-setup.service
rm -f $units/multi-user.target.wants/* /etc/systemd/system/*.wants/* $units/local-fs.target.wants/*
rm -f $units/sockets.target.wants/*udev* $units/sockets.target.wants/*initctl* $units/basic.target.wants/*
echo "ReadKMsg=no" >>/etc/systemd/journald.conf
ln -sf /usr/lib/systemd/systemd /usr/sbin/init
wants=/etc/systemd/system/multi-user.target.wants
mkdir -p $wants /etc/kubernetes/manifests /opt/cni
for name in kubelet containerd undo-mount-hacks; do ln -s /etc/systemd/system/$name.service $wants/; done
ln -s /dev/null /etc/systemd/system/systemd-binfmt.service

# Where kind's containerd.service and containerd itself look for them.
for name in containerd containerd-shim-runc-v2 ctr; do mv /usr/bin/$name /usr/local/bin/; done
ln -s /usr/lib/cni /opt/cni/bin
ctr oci spec |
  jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {"path": "/kind/bin/mount-product-files.sh"}' |
  jq 'del(.process.rlimits)' >/etc/containerd/cri-base.json
