using System.Text;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Platform.PersonalData;

public class SealPersonalData(TestCluster cluster)
{
    private static readonly byte[] s_master = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("")]
    [InlineData("1510217421809679290")]
    [InlineData("赣州分行")]
    public void What_is_sealed_opens_again_and_never_looks_the_same(string text)
    {
        using var protector = new PersonalDataProtector(new(s_master));
        var first = protector.Seal(text);
        var second = protector.Seal(text);

        protector.Open(first).ShouldBe(text);
        first.ShouldNotBe(second);
        if (text.Length > 0)
        {
            first.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)).ShouldBe(-1);
        }
    }

    [Fact]
    public void A_long_text_is_sealed_too()
    {
        using var protector = new PersonalDataProtector(new(s_master));
        protector.Open(protector.Seal(new string('长', 5_000))).ShouldBe(new string('长', 5_000));
    }

    [Fact]
    public void Each_altered_byte_is_noticed()
    {
        using var protector = new PersonalDataProtector(new(s_master));
        var sealedText = protector.Seal("1510217421809679290");
        for (var i = 0; i < sealedText.Length; i++)
        {
            var altered = sealedText.ToArray();
            altered[i] ^= 1;
            Should.Throw<RefusedException>(() => protector.Open(altered)).Refusal.Code.ShouldBe("personal-data.cannot-open");
        }
    }

    [Fact]
    public void Marks_are_equal_for_one_purpose_and_text_under_one_key_only()
    {
        using var protector = new PersonalDataProtector(new(s_master));
        using var other = new PersonalDataProtector(new(new byte[32]));
        var mark = protector.Mark("account", "123");

        mark.Length.ShouldBe(32);
        protector.Mark("account", "123").ShouldBe(mark);
        protector.Mark("account", "124").ShouldNotBe(mark);
        protector.Mark("credit-code", "123").ShouldNotBe(mark);
        other.Mark("account", "123").ShouldNotBe(mark);
    }

    [Fact]
    public void A_card_reference_is_sixteen_bytes_that_only_the_key_can_make()
    {
        var references = new CardReferences(new(s_master));
        references.Of("6222021234567894").Length.ShouldBe(16);
        references.Of("6222021234567894").ShouldBe(references.Of("6222021234567894"));
        references.Of("6222021234567894").ShouldNotBe(references.Of("6222021234567902"));
        new CardReferences(new(new byte[32])).Of("6222021234567894").ShouldNotBe(references.Of("6222021234567894"));
        Should.Throw<ArgumentException>(() => references.Of("622202******7894")).Message.ShouldNotContain("7894");
    }

    [Fact]
    public void The_key_file_is_made_once_for_its_owner_only()
    {
        using var directory = new TestDirectory();
        var path = PersonalDataKey.PathFor(directory.Path, overridden: null);
        var made = PersonalDataKey.LoadOrCreate(path);
        var read = PersonalDataKey.LoadOrCreate(path);

        made.IsNew.ShouldBeTrue();
        read.IsNew.ShouldBeFalse();
        new CardReferences(read).Of("6222021234567894").ShouldBe(new CardReferences(made).Of("6222021234567894"));
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Should.Throw<RefusedException>(() => PersonalDataKey.LoadOrCreate(path)).Refusal.Code.ShouldBe("personal-data.key-file-open-to-others");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("acquiring-personal-data-key-1\nAAAA\n")]
    [InlineData("something else")]
    public void A_file_that_is_no_key_is_refused(string content)
    {
        using var directory = new TestDirectory();
        var path = directory["a.key"];
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Should.Throw<RefusedException>(() => PersonalDataKey.LoadOrCreate(path)).Refusal.Code.ShouldBe("personal-data.not-a-key-file");
    }

    [Fact]
    public async Task A_database_keeps_to_the_key_it_began_with()
    {
        await using var database = await cluster.NewDatabaseAsync();
        using var directory = new TestDirectory();
        var path = directory["a.key"];
        using (var first = new PersonalDataProtector(PersonalDataKey.LoadOrCreate(path)))
        {
            await PersonalDataKeyCheck.VerifyAsync(database.DataSource, first, TimeProvider.System);
            await PersonalDataKeyCheck.VerifyAsync(database.DataSource, first, TimeProvider.System);
        }

        using var another = new PersonalDataProtector(new(s_master));
        (await Refused(another)).Code.ShouldBe("personal-data.another-key");

        // The file is lost: each start says so, and none leaves a new file that would hide it from the next.
        File.Delete(path);
        for (var start = 0; start < 2; start++)
        {
            using var replacement = new PersonalDataProtector(PersonalDataKey.LoadOrCreate(path));
            (await Refused(replacement)).Code.ShouldBe("personal-data.key-missing");
            File.Exists(path).ShouldBeFalse();
        }

        async Task<Refusal> Refused(PersonalDataProtector protector) =>
            (await Should.ThrowAsync<RefusedException>(
                () => PersonalDataKeyCheck.VerifyAsync(database.DataSource, protector, TimeProvider.System))).Refusal;
    }
}
