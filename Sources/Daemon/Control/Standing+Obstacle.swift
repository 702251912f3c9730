import Jobs
import Ledger

extension Standing {
    /// What keeps jobs from being sent, for an administrator: with the command that ends it.
    init(_ obstacle: Obstacle) {
        switch obstacle {
        case .notInService(let name):
            self.init(
                "There is no pipeline \(name) in service.",
                next: """
                    Its jobs wait until its file is there and without mistakes ('runninghubd check' tells them), then: systemctl reload \
                    runninghubd
                    """
            )
        case .held(let hold, let pipeline):
            self.init(
                "\(hold.pipeline.isEmpty ? "Everything" : "The pipeline") is held: \(hold.reason).",
                since: hold.since,
                next: "Nothing, until: runninghubctl release \(hold.pipeline.isEmpty ? "--all" : pipeline)"
            )
        case .away(let sentence):
            self.init(sentence.english, next: "It goes on by itself when the folder is back.")
        case .taken(let sentence):
            self.init(sentence.english)
        case .diskLow:
            self.init(
                "There is too little free space on the disk of the outbox or of the state folder.",
                next: "It goes on by itself when there is room."
            )
        case .spent(let spent):
            self.init(
                spent.sentence.english,
                next: "It goes on by itself at midnight; for more today, raise spending.coins_per_day."
            )
        case .noKey(let names) where names.isEmpty:
            self.init("There is no API key.", next: "Nothing, until: runninghubd key add NAME")
        case .noKey(let names):
            self.init(
                "None of the keys that its file names is configured: \(names.joined(separator: ", ")).",
                next: "Correct 'keys' in the pipeline's file and reload, or: runninghubd key add \(names[0])"
            )
        case .keyRests(let key, let reason, let until, _):
            self.init("Key \(key) rests: \(reason)", next: "It is tried again.", at: until)
        case .full(let places):
            let list = places.map { "\($0.key) (\($0.held) of \($0.all))" }.joined(separator: ", ")
            self.init(
                "All places are taken of \(places.count == 1 ? "key" : "keys") \(list).",
                next: "The pipeline's oldest job goes on when a task has ended."
            )
        }
    }
}
