using System.Text.Json;
using System.Text.RegularExpressions;
using Acquiring.Backend.Platform;
using Acquiring.Core.Messages;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>
/// One file a message, named by its key: another program fetches and deletes them. A repetition writes the same file again, so it must not be
/// fetched before its name is there, and a name that was fetched is known. Readable by the owner only: it is the message. What nobody fetches
/// is deleted when the text would be wiped here, a one-time code when it runs out.
/// </summary>
internal sealed partial class FileGateway(MessageOptions options, TimeProvider clock) : IMessageGateway
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string CodeMark = ".code";

    public string Name => "file";

    public bool IsRepeatable => true;

    public async Task<HandOver> SendAsync(OutgoingMessage message)
    {
        var name = $"{message.SendKey}{(message.IsSecret ? CodeMark : "")}.{(message.Channel == MessageChannel.Email ? "eml" : "json")}";
        var bytes = message.Channel == MessageChannel.Email
            ? MailText.Of(message, $"acquiring@{MailText.LocalDomain}")
            : JsonSerializer.SerializeToUtf8Bytes(
                new { messageId = message.MessageId, message.Channel, message.To, message.Language, message.MadeAt, text = message.Content.Body },
                PlatformJson.Options);
        try
        {
            MakeDirectory();
            var target = Path.Combine(options.Directory, name);
            var partial = Path.Combine(options.Directory, $".{name}.{Guid.CreateVersion7()}");
            await using (var file = new FileStream(partial, Options()))
            {
                await file.WriteAsync(bytes);
                file.Flush(flushToDisk: true);
            }

            File.SetLastWriteTimeUtc(partial, clock.GetUtcNow().UtcDateTime);
            File.Move(partial, target, overwrite: true);
            return new(HandOverOutcome.Accepted);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new(HandOverOutcome.NotTaken, Error: "cannotWrite");
        }
    }

    /// <summary>Deletes what nobody has fetched in its time; returns how many. The partial files of a process that died are among them.</summary>
    public int Forget()
    {
        var (now, deleted) = (clock.GetUtcNow().UtcDateTime, 0);
        if (!Directory.Exists(options.Directory))
        {
            return 0;
        }

        foreach (var file in Directory.EnumerateFiles(options.Directory))
        {
            var lasts = Path.GetFileName(file).Contains(CodeMark, StringComparison.Ordinal) ? options.CodeLasts : TimeSpan.FromDays(options.KeptDays);
            if (File.GetLastWriteTimeUtc(file) < now - lasts && Written().IsMatch(Path.GetFileName(file)))
            {
                File.Delete(file);
                deleted++;
            }
        }

        return deleted;
    }

    // Whatever else somebody keeps in that directory is not ours.
    [GeneratedRegex(@"^\.?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.code)?\.(eml|json)(\.[0-9a-f-]{36})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Written();

    private void MakeDirectory()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(options.Directory);
        }
        else
        {
            Directory.CreateDirectory(options.Directory, OwnerReads | UnixFileMode.UserExecute);
        }
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerReads;
        }

        return options;
    }
}
