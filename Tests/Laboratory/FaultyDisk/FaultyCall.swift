import Glibc

/// A kind of call on files, as `Tests/FaultyCalls` tells them apart.
enum FaultyCall: String, Sendable, CaseIterable {
    case open, create, read, write, fsync, ftruncate, rename, link, unlink, mkdir, fstat, statvfs, getdents,
        copy = "copy_file_range"
    case times = "futimens"
    case access, watch = "inotify_add_watch"

    /// Its bit in the control file.
    var bit: UInt32 { 1 << UInt32(Self.allCases.firstIndex(of: self) ?? 0) }

    /// Those that SQLite makes, and the daemon on its state folder.
    static let ofState: [FaultyCall] = [.open, .create, .read, .write, .fsync, .ftruncate, .unlink, .fstat, .statvfs]
}

/// What a call fails with.
enum FaultyError: String, Sendable, CaseIterable {
    case full = "ENOSPC"
    case inputOutput = "EIO"
    case readOnly = "EROFS"
    case quota = "EDQUOT"
    case descriptors = "EMFILE"
    case access = "EACCES"

    var code: CInt {
        switch self {
        case .full: ENOSPC
        case .inputOutput: EIO
        case .readOnly: EROFS
        case .quota: EDQUOT
        case .descriptors: EMFILE
        case .access: EACCES
        }
    }
}
