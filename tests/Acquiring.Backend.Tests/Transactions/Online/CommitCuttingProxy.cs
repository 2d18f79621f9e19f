using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acquiring.Backend.Tests.Transactions.Online;

/// <summary>Stands between the product and PostgreSQL, and loses the connection when a commit passes, before or after it is delivered.</summary>
internal sealed class CommitCuttingProxy : IAsyncDisposable
{
    private static readonly byte[] s_request = Encoding.ASCII.GetBytes("commit\0");
    private static readonly byte[] s_answer = Encoding.ASCII.GetBytes("COMMIT\0");

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

                _ = PumpAsync(client, upstream, s_request, delivers: false);
                _ = PumpAsync(upstream, client, s_answer, delivers: true);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>What tells a commit is not passed on: on the way there it never arrives, on the way back nobody hears of it.</summary>
    private async Task PumpAsync(Socket from, Socket to, byte[] tell, bool delivers)
    {
        var buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (_deliverNext == delivers && buffer.AsSpan(0, read).IndexOf(tell) >= 0)
                {
                    _deliverNext = null;
                    Cuts++;
                    break;
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
}
