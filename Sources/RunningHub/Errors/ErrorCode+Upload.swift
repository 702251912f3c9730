import Jobs

extension ErrorCode {
    /// Codes of uploads.
    static let upload: [ErrorCode] = [
        ErrorCode(
            808,
            "APIKEY_UPLOAD_FAILED",
            Phrase(
                "RunningHub could not store the file.",
                zh: "RunningHub 未能保存文件。",
                ru: "RunningHub не смог сохранить файл."
            ),
            hint: Phrase(
                "Nothing needs to be done: the upload is made again.",
                zh: "无需处理：会自动重新上传。",
                ru: "Ничего делать не нужно: файл будет загружен ещё раз."
            )
        ),
        ErrorCode(
            809,
            "APIKEY_FILE_SIZE_EXCEEDED",
            Phrase(
                "The file is larger than RunningHub accepts.",
                zh: "文件超过 RunningHub 允许的大小。",
                ru: "Файл больше, чем принимает RunningHub."
            ),
            hint: Phrase(
                "Make the file smaller, or use `{url}` in the pipeline so that RunningHub loads it from here.",
                zh: "请缩小文件，或在流程中使用 `{url}`，让 RunningHub 从这里下载。",
                ru: "Уменьшите файл или укажите в конвейере `{url}`, чтобы RunningHub сам загрузил его отсюда."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1008,
            nil,
            Phrase(
                "The file is larger than RunningHub accepts.",
                zh: "文件超过 RunningHub 允许的大小。",
                ru: "Файл больше, чем принимает RunningHub."
            ),
            hint: Phrase(
                "Make the file smaller, or use `{url}` in the pipeline so that RunningHub loads it from here.",
                zh: "请缩小文件，或在流程中使用 `{url}`，让 RunningHub 从这里下载。",
                ru: "Уменьшите файл или укажите в конвейере `{url}`, чтобы RunningHub сам загрузил его отсюда."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1013,
            nil,
            Phrase(
                "RunningHub could not process the file.",
                zh: "RunningHub 无法处理这个文件。",
                ru: "RunningHub не смог обработать файл."
            ),
            hint: Phrase(
                "Check that the file opens; then retry.",
                zh: "请确认文件能正常打开，然后重试。",
                ru: "Проверьте, что файл открывается, затем повторите."
            ),
            failure: .mayPass
        ),
    ]
}
