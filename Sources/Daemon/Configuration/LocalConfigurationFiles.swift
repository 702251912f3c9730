import Glibc

/// The files of this machine.
package struct LocalConfigurationFiles: ConfigurationFiles {
    private static let maximumNames = 10_000

    /// The files of this machine.
    package init() {}

    package func content(of path: String) throws(FileProblem) -> [UInt8] {
        try withFile(path) { descriptor, _ throws(FileProblem) in
            // One byte more than is taken shows that there is too much.
            try Self.read(descriptor, atMost: YAMLDocument.maximumBytes + 1)
        }
    }

    package func secretContent(of path: String) throws(FileProblem) -> [UInt8] {
        try content(of: path, notFor: 0o077, "others than its owner can use the file: 'chmod 600' it", atMost: 4096)
    }

    /// The content of a file that a group may read, too, and nobody else: as that of a certificate's key.
    func sharedSecretContent(of path: String) throws(FileProblem) -> [UInt8] {
        let problem = "others than its owner and group can use the file: 'chmod g-w,o= \(path)'"
        return try content(of: path, notFor: 0o027, problem, atMost: 65_536)
    }

    /// The content of a file of which others than root and the user that asks have none of these rights.
    private func content(
        of path: String,
        notFor others: mode_t,
        _ problem: String,
        atMost maximum: Int
    ) throws(FileProblem) -> [UInt8] {
        try withFile(path) { descriptor, status throws(FileProblem) in
            guard status.st_mode & others == 0 else { throw FileProblem(problem) }
            guard status.st_uid == 0 || status.st_uid == geteuid() else {
                throw FileProblem("the file belongs to another user, who could change it")
            }
            return try Self.read(descriptor, atMost: maximum)
        }
    }

    package func names(in folder: String) throws(FileProblem) -> [[UInt8]] {
        guard let directory = opendir(folder) else { throw Self.problem(errno) }
        defer { closedir(directory) }
        var names: [[UInt8]] = []
        while let entry = readdir(directory) {
            guard names.count < Self.maximumNames else { throw FileProblem("the folder holds too many files") }
            names.append(withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) })
        }
        return names.filter { $0 != Array(".".utf8) && $0 != Array("..".utf8) }
    }

    private func withFile<Result>(
        _ path: String,
        _ body: (Int32, stat) throws(FileProblem) -> Result
    ) throws(FileProblem) -> Result {
        // Without O_NONBLOCK a FIFO would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.problem(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.problem(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileProblem("this is not a regular file") }
        return try body(descriptor, status)
    }

    private static func read(_ descriptor: Int32, atMost maximum: Int) throws(FileProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while bytes.count < maximum {
            let count = Glibc.read(descriptor, &buffer, min(buffer.count, maximum - bytes.count))
            if count < 0 {
                if errno == EINTR { continue }
                throw problem(errno)
            }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private static func problem(_ code: Int32) -> FileProblem {
        switch code {
        case ENOENT: FileProblem("there is no such file or folder", isMissing: true)
        case EACCES, EPERM: FileProblem("the user that runs this may not read it", isForbidden: true)
        case ENOTDIR: FileProblem("a part of its path is no folder")
        case ELOOP: FileProblem("its symbolic links go in a circle")
        default: FileProblem(String(cString: strerror(code)).lowercased())
        }
    }
}
