import FoundationEssentials
import Glibc

/// A folder that goes when the test has ended.
final class ConfigurationFolder {
    let path: String

    struct Failure: Error { var code: Int32 }

    init() throws {
        var template = Array("/tmp/runninghubd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(code: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func write(_ name: String, _ text: String, mode: mode_t) throws {
        let descriptor = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, mode) == 0 else {
            throw Failure(code: errno)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
