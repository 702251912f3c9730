import Jobs
import Spool

/// Which place of the spool a path from the root is.
struct SpoolMap: Sendable {
    /// A folder of a pipeline, under one of the paths by which it is known.
    struct Root: Sendable, Hashable {
        let components: [[UInt8]]
        let pipeline: String
        let role: FolderRole
    }

    /// A place in a pipeline's folder.
    struct Place: Sendable, Hashable {
        let pipeline: String
        let role: FolderRole
        /// Below the folder; nothing for the folder itself.
        let path: RelativePath?
    }

    private(set) var roots: [Root] = []

    /// Adds a path of a folder.
    mutating func add(_ path: [UInt8], _ pipeline: String, _ role: FolderRole) {
        guard let components = Self.components(of: path), !components.isEmpty else { return }
        roots.append(Root(components: components, pipeline: pipeline, role: role))
    }

    /// The place that a path leads to; nothing outside of all folders.
    ///
    /// Where folders lie in each other, the innermost counts.
    func place(of path: [UInt8]) -> Place? {
        guard let components = Self.components(of: path) else { return nil }
        let fitting = roots.filter { components.starts(with: $0.components) }
        guard let root = fitting.max(by: { $0.components.count < $1.components.count }) else { return nil }
        let rest = components.dropFirst(root.components.count).compactMap { FileName(bytes: $0) }
        let below = rest.last.map { RelativePath(folders: Array(rest.dropLast()), name: $0) }
        return Place(pipeline: root.pipeline, role: root.role, path: below)
    }

    /// The names of a path from the root; nothing where it is none, or goes up again.
    private static func components(of path: [UInt8]) -> [[UInt8]]? {
        guard path.first == UInt8(ascii: "/"), !path.contains(0) else { return nil }
        let names = path.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != Array(".".utf8) }
        return names.contains(Array("..".utf8)) ? nil : names
    }
}
