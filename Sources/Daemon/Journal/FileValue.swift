import Jobs
import Logging
import Systemd

/// A path in a field of the journal: the bytes as they are, so that `journalctl RUNNINGHUB_FILE=…` finds the very name.
struct FileValue {
    let path: RelativePath

    init(_ path: RelativePath) {
        self.path = path
    }

    var metadata: Logger.MetadataValue {
        .stringConvertible(RawBytes(path.bytes))
    }
}
