import Foundation
import Testing

@testable import Systemd

@Suite("Credentials", .timeLimit(.minutes(1)))
struct CredentialsTests {
    /// A directory with these files, removed afterwards.
    private func withDirectory(_ files: [String: [UInt8]], _ body: (Credentials) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "credentials-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, content) in files {
            try Data(content).write(to: directory.appending(path: name))
        }
        try body(Credentials(directory: directory.path()))
    }

    @Test("Names are listed in order, without hidden files")
    func names() throws {
        try withDirectory(["key_main": [], "key_backup": [], ".hidden": []]) {
            try #expect($0.names() == ["key_backup", "key_main"])
        }
    }

    @Test(
        "One trailing newline is not part of a credential",
        arguments: [("abc\n", "abc"), ("abc", "abc"), ("abc\n\n", "abc\n"), ("\n", ""), ("", "")]
    )
    func newline(content: String, text: String) throws {
        try withDirectory(["key_main": Array(content.utf8)]) {
            try #expect($0.text("key_main") == text)
        }
    }

    @Test("Any bytes can be read, but only UTF-8 as text")
    func bytes() throws {
        try withDirectory(["key_main": [0xFF, 0x00]]) { credentials in
            try #expect(credentials.read("key_main") == [0xFF, 0x00])
            #expect(throws: Credentials.ReadError(description: "the credential key_main is not UTF-8 text")) {
                try credentials.text("key_main")
            }
        }
    }

    @Test("A credential that was not passed is nil")
    func absent() throws {
        try withDirectory([:]) { try #expect($0.read("key_main") == nil) }
        try #expect(Credentials(directory: nil).read("key_main") == nil)
        try #expect(Credentials(directory: nil).names().isEmpty)
    }

    @Test("A name that leaves the directory is refused", arguments: ["../passwd", "a/b", "..", "", ".x", "a\0b"])
    func outside(name: String) throws {
        try withDirectory([:]) { credentials in
            #expect(throws: Credentials.ReadError.self) { try credentials.read(name) }
        }
    }

    @Test("A credential of the largest size is read, one byte more is refused")
    func size() throws {
        let largest = [UInt8](repeating: 0x61, count: Credentials.largest)
        try withDirectory(["fits": largest, "large": largest + [0x61]]) { credentials in
            try #expect(credentials.read("fits")?.count == Credentials.largest)
            #expect(throws: Credentials.ReadError.self) { try credentials.read("large") }
        }
    }

    @Test("A directory that cannot be listed is told")
    func noDirectory() {
        #expect(throws: Credentials.ReadError.self) { try Credentials(directory: "/nonexistent").names() }
    }

    @Test("A symbolic link is not followed")
    func link() throws {
        try withDirectory(["key_main": Array("secret".utf8)]) { credentials in
            let directory = try #require(credentials.directory)
            try FileManager.default.createSymbolicLink(atPath: "\(directory)/key_link", withDestinationPath: "key_main")
            #expect(throws: Credentials.ReadError.self) { try credentials.read("key_link") }
        }
    }
}
