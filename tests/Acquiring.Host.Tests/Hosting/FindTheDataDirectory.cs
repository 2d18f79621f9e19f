using System.Text;
using Acquiring.Host.Hosting;

namespace Acquiring.Host.Tests.Hosting;

public sealed class FindTheDataDirectory
{
    [Fact]
    public void The_option_wins_over_the_variable()
    {
        DataDirectory.Find("/a", v => v == "ACQUIRING_DATA" ? "/b" : null).Path.ShouldBe("/a");
        DataDirectory.Find(null, v => v == "ACQUIRING_DATA" ? "/b/" : null).Path.ShouldBe("/b");
    }

    [Fact]
    public void One_directory_under_two_names_is_one()
    {
        using var directory = new Acquiring.Testing.TestDirectory();
        Directory.CreateDirectory(directory["real"]);
        Directory.CreateSymbolicLink(directory["link"], directory["real"]);
        var real = DataDirectory.Find(directory["real"], _ => null);
        DataDirectory.Find(directory["link"], _ => null).ShouldBe(real);
    }

    [Theory]
    [InlineData(90)] // + "/run/api.sock" (13) = 103: the last that fits
    [InlineData(91)]
    [InlineData(300)]
    public void The_socket_path_never_passes_what_a_socket_address_holds(int bytes)
    {
        var data = new DataDirectory("/" + new string('d', bytes - 1));
        Encoding.UTF8.GetByteCount(data.SocketPath).ShouldBeLessThanOrEqualTo(103);
        data.SocketPath.StartsWith(data.RunPath, StringComparison.Ordinal).ShouldBe(bytes == 90);
    }

    [Fact]
    public void Two_deep_directories_have_two_sockets()
    {
        var deep = "/" + new string('d', 200);
        new DataDirectory(deep + "1").SocketPath.ShouldNotBe(new DataDirectory(deep + "2").SocketPath);
    }
}
