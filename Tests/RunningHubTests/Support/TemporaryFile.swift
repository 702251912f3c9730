import Glibc

/// A file without a name, for uploads.
struct TemporaryFile: ~Copyable {
    let descriptor: Int32

    init(_ bytes: [UInt8]) {
        var template = Array("/tmp/runninghub-upload-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        unlink(template)
        append(bytes)
    }

    func append(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    func truncate(to length: Int) {
        ftruncate(descriptor, off_t(length))
    }

    deinit {
        close(descriptor)
    }
}
