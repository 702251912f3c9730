import Foundation
import Glibc

/// One kind of call fails with one error below some folders: by a library that is loaded into the daemon, which is otherwise as it is.
struct CallFault: DiskFault {
    let call: FaultyCall
    let error: FaultyError
    let area: DiskArea
    /// Each so many-th call fails: 1 for all.
    let every: UInt32
    private let library: String
    private let control: FaultControl

    init(_ call: FaultyCall, _ error: FaultyError, on area: DiskArea, every: UInt32 = 1, library: String) throws {
        (self.call, self.error, self.area, self.every, self.library) = (call, error, area, every, library)
        control = try FaultControl()
    }

    var name: String {
        "\(area.rawValue): \(error.rawValue) from \(every == 1 ? "each" : "every \(every)nd") \(call.rawValue)"
    }

    var failedCalls: Int? { control.failed }

    func environment(in workplace: Workplace) -> [String: String?] {
        [
            "LD_PRELOAD": library, "FAULTY_CONTROL": control.path,
            "FAULTY_FOLDERS": area.folders(of: workplace).joined(separator: ":"),
        ]
    }

    func begin(_ workplace: Workplace, _ daemon: ChildProcess) {
        control.arm(call, error, every: every)
    }

    func end(_ workplace: Workplace, _ daemon: ChildProcess) {
        control.disarm()
    }
}

/// The memory through which `Tests/FaultyCalls` is told what to let fail: its struct control.
final class FaultControl: Sendable {
    let path: String
    private let descriptor: CInt

    private static let length = 5

    init() throws {
        var name = Array("/dev/shm/runninghubd-faults-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        unlink(name)
        guard descriptor >= 0, ftruncate(descriptor, off_t(Self.length * 4)) == 0 else {
            throw ChildProcess.Failure(what: "a control file", code: errno)
        }
        // It has no name any more: the daemon opens it by this process's own link to it.
        self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 100)
        close(descriptor)
        path = "/proc/\(getpid())/fd/\(self.descriptor)"
    }

    deinit {
        close(descriptor)
    }

    /// How many calls have failed.
    var failed: Int { Int(word(4)) }

    /// Lets calls of this kind fail from now on.
    func arm(_ call: FaultyCall, _ error: FaultyError, every: UInt32) {
        set(1, UInt32(bitPattern: error.code))
        set(2, every)
        set(0, call.bit)
    }

    /// Lets none fail any more.
    func disarm() {
        set(0, 0)
    }

    private func set(_ index: Int, _ value: UInt32) {
        _ = withUnsafeBytes(of: value) { pwrite(descriptor, $0.baseAddress, 4, off_t(index * 4)) }
    }

    private func word(_ index: Int) -> UInt32 {
        var value: UInt32 = 0
        _ = withUnsafeMutableBytes(of: &value) { pread(descriptor, $0.baseAddress, 4, off_t(index * 4)) }
        return value
    }
}
