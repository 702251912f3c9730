import Glibc

/// What Prometheus expects of every process
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics), of this one.
struct ProcessFigures: Sendable {
    /// Seconds of processor time.
    var cpu = 0.0
    /// Bytes.
    var residentMemory = 0.0
    var openFiles = 0.0
    var mostOpenFiles = 0.0

    /// As they are now; what the kernel does not say is 0.
    ///
    /// Reads `/proc`.
    init() {
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            cpu = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        }
        // In pages: the second figure is what lies in memory (proc(5)).
        if let pages = Self.firstLine(of: "/proc/self/statm").split(separator: " ").dropFirst().first.flatMap({
            Double($0)
        }) {
            residentMemory = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
        }
        if let folder = opendir("/proc/self/fd") {
            defer { closedir(folder) }
            while readdir(folder) != nil { openFiles += 1 }
            // Not the folder's own, nor itself and its parent.
            openFiles = max(0, openFiles - 3)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            mostOpenFiles = Double(limit.rlim_cur)
        }
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    private static func firstLine(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return "" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
}
