import Jobs

@testable import Daemon

/// Whatever a file holds, reading it ends, tells each problem at a place that is in the file, and shows no key.
///
/// The first byte of an input says which file it is.
enum YAMLPromises {
    private enum File: CaseIterable {
        case configuration, overlay, pipeline, parameters
    }

    private static let key = "0123456789abcdef0123456789abcdef"

    static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let file = input.pick(File.allCases)
        let content = Array(input.rest)
        switch file {
        case .configuration: checkConfiguration(content, "/c/config.yaml")
        case .overlay: checkConfiguration(content, "/c/config.d/x.yaml")
        case .pipeline: checkConfiguration(content, "/c/pipelines.d/p.yaml")
        case .parameters: ParameterPromises.check(content)
        }
    }

    private static func checkConfiguration(_ content: [UInt8], _ path: String) {
        let reading = read([path: content])
        promise(reading.problems == read([path: content]).problems, "A file says the same each time.")
        let places = SourcePlaces(content)
        for problem in reading.problems where problem.file == path {
            promise(places.contains(problem.position), "A problem has a place in its file.", problem)
            promise(ShownText.isOneLine(problem.message), "A problem is told in one line.", problem)
            promise(!ShownText.shows(problem.message, key), "A problem shows no key.", problem)
        }
        let errors = reading.problems.filter { $0.severity == .error }
        let areOfPipeline = errors.allSatisfy { $0.pipeline == "p" } && path.hasSuffix("p.yaml")
        promise((reading.configuration != nil) == (errors.isEmpty || areOfPipeline), "An error stops a start.", errors)
        guard let configuration = reading.configuration, errors.isEmpty else { return }
        promise(configuration.pipelines.count == (path.hasSuffix("p.yaml") ? 1 : 0), "A sound pipeline serves.")
        checkRoundTrip(reading, configuration)
    }

    /// What is shown can be taken for the file.
    private static func checkRoundTrip(_ reading: ConfigurationReading, _ configuration: Configuration) {
        let shown = reading.documents.map(\.yaml)
        guard !shown.contains(where: { $0.contains("<redacted>") }) else { return }
        var files = ["/c/config.yaml": Array((shown.first ?? "").utf8)]
        if shown.count > 1 { files["/c/pipelines.d/p.yaml"] = Array(shown[1].utf8) }
        let second = read(files)
        promise(second.configuration == configuration, "What is shown is what was read.", (shown, second.problems))
    }

    private static func read(_ files: [String: [UInt8]]) -> ConfigurationReading {
        ConfigurationReader(file: "/c/config.yaml", files: InputFiles(contents: files), credentialNames: []).read()
    }
}

/// Files of a configuration that an input holds.
private struct InputFiles: ConfigurationFiles {
    let contents: [String: [UInt8]]

    func content(of path: String) throws(FileProblem) -> [UInt8] {
        if let content = contents[path] { return content }
        if path == "/c/config.yaml" { return [] }
        throw FileProblem("there is no such file or folder", isMissing: true)
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

/// The places that a file has: a line for each of YAML's breaks and one more, a column for each character and one more.
struct SourcePlaces {
    private var columns = [1]

    init(_ bytes: [UInt8]) {
        var previous: Unicode.Scalar?
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": columns.append(1)
            default: columns[columns.count - 1] += 1
            }
            previous = scalar
        }
    }

    func contains(_ position: SourcePosition) -> Bool {
        contains(line: position.line, column: position.column)
    }

    func contains(line: Int, column: Int) -> Bool {
        columns.indices.contains(line - 1) && (1...columns[line - 1]).contains(column)
    }
}
