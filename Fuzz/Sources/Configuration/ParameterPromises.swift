import Jobs

@testable import Daemon

/// A parameter file gives the parameters that are asked for, each as it was written, or one problem with its place.
enum ParameterPromises {
    private static let known: Set<String> = ["prompt", "seed", "strength"]
    private static let name = "cat.png.yaml"

    static func check(_ content: [UInt8]) {
        let text = read(content)
        let again = read(content)
        promise(text.parameters == again.parameters && text.problem == again.problem, "A file says the same each time.")
        promise(known.isSuperset(of: text.parameters.keys), "Only what is asked for is given.", text.parameters)
        if let problem = text.problem {
            promise(ShownText.isOneLine(problem), "A problem is told in one line.", problem)
            promise(isPlaced(problem, in: content), "A problem has a place in its file.", problem)
            return
        }
        for (key, parameter) in text.parameters {
            if case .number(let number) = parameter { promise(number.isFinite, "A number is one.", number) }
            checkRoundTrip(key, parameter)
        }
    }

    private static func read(_ content: [UInt8]) -> ParameterText {
        var text = ParameterText(known: known)
        text.add(content, file: name)
        return text
    }

    private static func isPlaced(_ problem: String, in content: [UInt8]) -> Bool {
        let parts = problem.split(separator: ":", maxSplits: 3).map(String.init)
        guard parts.count == 4, parts[0] == name, let line = Int(parts[1]), let column = Int(parts[2]) else {
            return false
        }
        return SourcePlaces(content).contains(line: line, column: column)
    }

    /// A text that is written by ``YAMLText`` is read as the same text.
    private static func checkRoundTrip(_ key: String, _ parameter: Parameter) {
        guard case .text(let value) = parameter else { return }
        for written in [YAMLText.scalar(value), YAMLText.quoted(value)] {
            let second = read(Array("params:\n  \(key): \(written)\n".utf8))
            // A text of digits may be written plain where the reader asks for a text, which a parameter does not.
            guard second.parameters[key] != .integer(Int64(value) ?? -1) else { continue }
            let isSame = second.parameters[key].map { $0.text.unicodeScalars.elementsEqual(value.unicodeScalars) }
            promise(isSame == true || Int(value) != nil, "A text stays as it is.", (written, second))
        }
    }
}
