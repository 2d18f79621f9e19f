using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Messages;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>
/// One file a message, named by it: another program fetches and deletes them. A repetition writes the same file again, so it must not be
/// fetched before its name is there, and a name that was fetched is known. Readable by the owner only: it is the message.
/// </summary>
internal sealed class FileGateway(MessageOptions options) : IMessageGateway
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Name => "file";

    public bool IsRepeatable => true;

    public async Task<HandOver> SendAsync(OutgoingMessage message)
    {
        var name = $"{message.MessageId}.{(message.Channel == MessageChannel.Email ? "eml" : "json")}";
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

            File.Move(partial, target, overwrite: true);
            return new(HandOverOutcome.Accepted);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new(HandOverOutcome.NotTaken, Error: "cannotWrite");
        }
    }

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
