using Acquiring.Backend.Platform.PersonalData;
using Npgsql;

namespace Acquiring.Backend.Terminals.Bindings;

/// <summary>The five items that a serial number mapped to for a while, with account and credit code masked.</summary>
/// <param name="ValidFrom"><c>null</c>: since before we knew the machine.</param>
/// <param name="ValidTo"><c>null</c>: until today.</param>
public sealed record BindingVersionAnswer(
    string TerminalNo, string SerialNo, string AcquirerCode, string MerchantNo, string CreditCode, string SettlementAccount,
    string InstallationAddress, DateTimeOffset? ValidFrom, DateTimeOffset? ValidTo);

/// <param name="Binding"><c>null</c> when the machine worked for nobody as that date ended.</param>
public sealed record TerminalHolderAnswer(string Terminal, DateOnly On, BindingVersionAnswer? Binding);

internal static class BindingAnswers
{
    /// <summary>In the order that <see cref="Read"/> reads, of <c>binding_version v</c>, <c>terminal t</c>, <c>merchant m</c>.</summary>
    public const string Columns =
        """
        t.terminal_no, v.serial_no, v.acquirer_code, m.merchant_no, v.credit_code_sealed, v.settlement_account_sealed,
               v.installation_address, v.valid_from, v.valid_to, v.binding_version_id
        """;

    private const int ShownLast = 4;

    public static BindingVersionAnswer Read(NpgsqlDataReader reader, PersonalDataProtector protector) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Masked(protector, reader.GetFieldValue<byte[]>(4)),
        Masked(protector, reader.GetFieldValue<byte[]>(5)), reader.GetString(6), TimeOrNull(reader.GetDateTime(7)), TimeOrNull(reader.GetDateTime(8)));

    private static string Masked(PersonalDataProtector protector, byte[] sealedText)
    {
        var text = sealedText.Length == 0 ? "" : protector.Open(sealedText);
        return text.Length <= ShownLast ? text : new string('*', text.Length - ShownLast) + text[^ShownLast..];
    }

    private static DateTimeOffset? TimeOrNull(DateTime utc) =>
        utc == DateTime.MinValue || utc == DateTime.MaxValue ? null : new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
