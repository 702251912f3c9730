/// What has to be known about the file system that a folder lies on.
package struct FileSystemKind: Sendable, Hashable {
    /// `f_type` of `statfs(2)`.
    package let type: UInt32

    /// A kind of this `f_type`.
    package init(type: UInt32) {
        self.type = type
    }

    /// Its name as people know it, where it is one of those that are not to be trusted with notifications.
    package var remoteName: String? { Self.remoteNames[type] }

    /// Whether others than this kernel change files on it: inotify then tells only what this machine does, and times are by another
    /// machine's clock (sshfs even gives the file's own mtime as its ctime).
    ///
    /// FUSE counts as one: the kernel cannot know where such a file system has its files.
    package var isRemote: Bool { remoteName != nil }

    /// The numbers are those of `statfs(2)` and `linux/magic.h`, where they stand.
    private static let remoteNames: [UInt32: String] = [
        0x0000_6969: "NFS",
        0x0000_517B: "SMB",
        0xFF53_4D42: "CIFS",
        0xFE53_4D42: "SMB",
        0x6573_5546: "FUSE",
        0x0102_1997: "9P",
        0x5346_414F: "AFS",
        0x6B41_4653: "AFS",
        0x7375_7245: "Coda",
        0x564C: "NCP",
        0x00C3_6400: "Ceph",
        0x0116_1970: "GFS2",
        0x7461_636F: "OCFS2",
        0x0BD0_0BD0: "Lustre",
        0x786F_4256: "VirtualBox shared folder",
        0xBACB_ACBC: "VMware shared folder",
        0x4750_4653: "GPFS",
        0x1983_0326: "BeeGFS",
    ]
}

extension Folder {
    /// The kind of file system that the folder lies on.
    ///
    /// Blocks.
    package func fileSystemKind() throws(SystemError) -> FileSystemKind {
        FileSystemKind(type: try calls.fileSystemType(descriptor))
    }
}
