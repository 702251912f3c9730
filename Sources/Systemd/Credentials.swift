internal import Glibc

/// The credentials that the service manager passed, one file each in `$CREDENTIALS_DIRECTORY` (systemd.exec(5)).
///
/// The directory is filled when the service starts and stays as it was then; a changed key needs a restart.
/// What is read is secret: wrap it before it goes anywhere.
package struct Credentials: Sendable {
    /// Why a credential could not be read.
    ///
    /// Never holds anything of its content.
    package struct ReadError: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// The largest credential that is read; systemd passes 1 MB per service at most.
    package static let largest = 1 << 20

    /// Where they are; nil where none were passed.
    package let directory: String?

    package init(directory: String?) {
        self.directory = directory
    }

    /// Those of this process.
    package static func fromEnvironment() -> Credentials {
        Credentials(directory: getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) })
    }

    /// The names of all credentials, in order.
    ///
    /// A name that is not UTF-8 cannot be asked for and is left out.
    package func names() throws -> [String] {
        guard let directory else { return [] }
        guard let stream = opendir(directory) else {
            throw ReadError(description: "the credentials in \(directory) cannot be listed: \(Self.reason(errno))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(validatingCString: $0) }
            }
            if let name, !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The content of a credential without one trailing newline; nil when there is no such credential.
    ///
    /// - Throws: ``ReadError`` for a name that leaves the directory, a file over ``largest``, and what the system refuses.
    package func read(_ name: String) throws -> [UInt8]? {
        guard let directory else { return nil }
        guard Self.isName(name) else {
            throw ReadError(description: "\"\(name.escapedToOneLine)\" is not a credential's name")
        }
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw ReadError(description: "the credential \(name) cannot be opened: \(Self.reason(errno))")
        }
        defer { close(descriptor) }
        var content = try Self.content(of: descriptor, name)
        if content.last == UInt8(ascii: "\n") { content.removeLast() }
        return content
    }

    /// The content of a credential as text; nil when there is no such credential.
    ///
    /// - Throws: ``ReadError`` as ``read(_:)``, and for content that is not UTF-8.
    package func text(_ name: String) throws -> String? {
        guard let content = try read(name) else { return nil }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw ReadError(description: "the credential \(name) is not UTF-8 text")
        }
        return text
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    private static func content(of descriptor: CInt, _ name: String) throws -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw ReadError(description: "the credential \(name) cannot be read: \(reason(errno))")
            }
            guard count > 0 else { return content }
            guard content.count + count <= largest else {
                throw ReadError(description: "the credential \(name) is larger than \(largest) bytes")
            }
            content += buffer[..<count]
        }
    }

    private static func reason(_ number: CInt) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
