using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Lines;
using Acquiring.Core.Transactions;

namespace Acquiring.Benchmarks.References;

/// <summary>A row of the reference table, ready to be sent: nothing of its making is measured.</summary>
internal readonly record struct ReferenceRow(
    DateOnly Date, int TerminalId, int Batch, int Stan, short Kind, int MerchantId, long AmountFen, long FeeFen, short CardKind,
    string Reference, DateTime OccurredAt)
{
    /// <summary>The measured file's lines, in its order.</summary>
    public static ReferenceRow[] Of(BankRegistry registry, LineSet set)
    {
        var midnight = BusinessTime.ToUtc(set.Date.ToDateTime(default));
        return Array.ConvertAll(set.Lines, line => new ReferenceRow(
            set.Date, line.Terminal + 1, 1, line.Stan, (short)line.Kind, BankRegistry.MerchantOf(line.Terminal) + 1, line.AmountFen, line.FeeFen,
            (short)(line.Credit ? 2 : 1), ClearingFileWriter.ReferenceOf(set.Date, registry.Terminals[line.Terminal].No, line.Stan),
            midnight.AddSeconds(line.Second)));
    }
}
