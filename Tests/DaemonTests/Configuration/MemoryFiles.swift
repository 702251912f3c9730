@testable import Daemon

/// Files of a configuration that exist in a test alone.
struct MemoryFiles: ConfigurationFiles {
    var contents: [String: [UInt8]]

    init(_ contents: [String: String]) {
        self.contents = contents.mapValues { Array($0.utf8) }
    }

    func content(of path: String) throws(FileProblem) -> [UInt8] {
        guard let content = contents[path] else {
            throw FileProblem("there is no such file or folder", isMissing: true)
        }
        return content
    }

    func secretContent(of path: String) throws(FileProblem) -> [UInt8] {
        try content(of: path)
    }

    func names(in folder: String) throws(FileProblem) -> [[UInt8]] {
        let names = contents.keys.filter { $0.hasPrefix(folder + "/") }.map { $0.dropFirst(folder.count + 1) }
        guard !names.isEmpty else { throw FileProblem("there is no such file or folder", isMissing: true) }
        return names.filter { !$0.contains("/") }.map { Array($0.utf8) }
    }
}

/// Reads a configuration of these files, `config.yaml` being empty where it is not among them.
func readConfiguration(_ files: [String: String], credentials: Set<String>? = nil) -> ConfigurationReading {
    var contents = ["/c/config.yaml": ""]
    for (name, text) in files { contents["/c/" + name] = text }
    return ConfigurationReader(file: "/c/config.yaml", files: MemoryFiles(contents), credentialNames: credentials)
        .read()
}

/// The problems of these files, each without the folder.
func configurationProblems(_ files: [String: String], credentials: Set<String>? = nil) -> [String] {
    readConfiguration(files, credentials: credentials).problems.map { String("\($0)".dropFirst("/c/".count)) }
}

/// A pipeline's file with these lines added to the least that one needs.
func pipelineFile(_ lines: String, nodes: String = "nodes: [{ id: 1, field: image, value: \"{file}\" }]") -> String {
    "ai_app: 2016740236478386178\n\(nodes)\n\(lines)"
}
