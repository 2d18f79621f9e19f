using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acquiring.Backend.Tests.Transactions.Online;

/// <summary>Stands between the product and PostgreSQL, and loses the connection when a commit passes, before or after it is delivered.</summary>
internal sealed class CommitCuttingProxy : IAsyncDisposable
{
    // With its end, since each transaction begins with the words READ COMMITTED.
    private static readonly byte[] s_commit = Encoding.ASCII.GetBytes("COMMIT\0");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Socket> _open = [];
    private Task _accepting = Task.CompletedTask;
    private bool? _deliverNext;
    private volatile bool _refuses;

    public int Port { get; private set; }

    public int Cuts { get; private set; }

    /// <summary>Ends what is open and lets nothing through.</summary>
    public bool Refuses
    {
        get => _refuses;
        set
        {
            _refuses = value;
            lock (_open)
            {
                _open.ForEach(s => s.Close());
                _open.Clear();
            }
        }
    }

    public void CutNext(bool deliver) => _deliverNext = deliver;

    public void Start(string host, int port)
    {
        EndPoint server = host.StartsWith('/')
            ? new UnixDomainSocketEndPoint(Path.Combine(host, $".s.PGSQL.{port}"))
            : new IPEndPoint(IPAddress.Parse(host), port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(server);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Refuses = true;
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(EndPoint server)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                if (Refuses)
                {
                    client.Close();
                    continue;
                }

                var upstream = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                await upstream.ConnectAsync(server, _end.Token);
                lock (_open)
                {
                    _open.AddRange([client, upstream]);
                }

                var answerIsLost = new TaskCompletionSource();
                _ = PumpRequestsAsync(client, upstream, answerIsLost);
                _ = PumpAnswersAsync(upstream, client, answerIsLost.Task);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PumpRequestsAsync(Socket from, Socket to, TaskCompletionSource answerIsLost)
    {
        var buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (_deliverNext is { } deliver && buffer.AsSpan(0, read).IndexOf(s_commit) >= 0)
                {
                    _deliverNext = null;
                    Cuts++;
                    if (!deliver)
                    {
                        break;
                    }

                    answerIsLost.SetResult();
                }

                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A lost connection is what this is for.
        }

        from.Close();
        to.Close();
    }

    private static async Task PumpAnswersAsync(Socket from, Socket to, Task answerIsLost)
    {
        var buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0 && !answerIsLost.IsCompleted)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // As above.
        }

        from.Close();
        to.Close();
    }
}
