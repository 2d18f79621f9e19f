using Acquiring.Backend.Merchants.Limits;
using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Tests.Merchants.Limits;

/// <summary>What a merchant's grain keeps in memory, without the grain.</summary>
public sealed class ReserveLines
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    private TimeSpan _now;

    [Fact]
    public void A_sale_counts_at_once_and_its_release_gives_the_room_back()
    {
        var reservations = WithDayLimit(1_000);
        Reserve(reservations, Sale(1, 600)).ShouldBeNull();
        Reserve(reservations, Sale(2, 401)).ShouldBe(new LimitBreach(LimitKind.DaySum, 1_000, 600));
        Reserve(reservations, Sale(2, 400)).ShouldBeNull();
        reservations.Release(Sale(1, 600));
        reservations.Release(Sale(1, 600));
        reservations.Windows.Day(Today, null).ShouldBe(new(400, 1));
        Reserve(reservations, Sale(3, 600)).ShouldBeNull();
    }

    [Fact]
    public void The_same_line_twice_under_way_counts_once_until_both_failed()
    {
        var reservations = WithDayLimit(1_000);
        Reserve(reservations, Sale(1, 600)).ShouldBeNull();
        Reserve(reservations, Sale(1, 600)).ShouldBeNull();
        reservations.Windows.Day(Today, null).Fen.ShouldBe(600);
        reservations.Release(Sale(1, 600));
        reservations.Windows.Day(Today, null).Fen.ShouldBe(600);
        reservations.Release(Sale(1, 600));
        reservations.Windows.Day(Today, null).Fen.ShouldBe(0);
    }

    [Fact]
    public void A_reading_of_the_rows_counts_each_line_under_way_once()
    {
        var reservations = WithDayLimit(1_000);
        Reserve(reservations, Sale(1, 100));
        Reserve(reservations, Sale(2, 200));
        // The rows hold the first of the two, and 50 that came by a file.
        reservations.Load(reservations.Limits, Used(150), new HashSet<LineReservation> { Sale(1, 100) });
        reservations.Windows.Day(Today, null).Fen.ShouldBe(350);
        // The first is told to be a duplicate afterwards: it is none of ours any more.
        reservations.Release(Sale(1, 100));
        reservations.Windows.Day(Today, null).Fen.ShouldBe(350);
        reservations.Release(Sale(2, 200));
        reservations.Windows.Day(Today, null).Fen.ShouldBe(150);
    }

    [Fact]
    public void A_reversal_gives_room_when_it_is_posted_and_only_once()
    {
        var reservations = WithDayLimit(1_000, used: 900);
        var reversal = Sale(2, 900) with { Kind = TransactionKind.Reversal };
        Reserve(reservations, reversal).ShouldBeNull();
        reservations.Windows.Day(Today, null).Fen.ShouldBe(900);
        reservations.Confirm(reversal);
        reservations.Confirm(reversal);
        reservations.Windows.Day(Today, null).Fen.ShouldBe(0);

        var second = Sale(3, 900) with { Kind = TransactionKind.Reversal };
        reservations.Load(reservations.Limits, Used(900), new HashSet<LineReservation>());
        Reserve(reservations, second);
        reservations.Load(reservations.Limits, Used(0), new HashSet<LineReservation> { second });
        reservations.Confirm(second);
        reservations.Windows.Day(Today, null).Fen.ShouldBe(0);
    }

    [Fact]
    public void A_refund_gives_no_room_back()
    {
        var reservations = WithDayLimit(1_000, used: 1_000);
        var refund = Sale(2, 500) with { Kind = TransactionKind.Refund };
        Reserve(reservations, refund).ShouldBeNull();
        reservations.Confirm(refund);
        reservations.Windows.Day(Today, null).Fen.ShouldBe(1_000);
    }

    [Fact]
    public void What_is_surely_decided_is_forgotten()
    {
        var reservations = WithDayLimit(1_000);
        Reserve(reservations, Sale(1, 100));
        _now = MerchantReservations.UnderWayMax - TimeSpan.FromTicks(1);
        Reserve(reservations, Sale(2, 100));
        reservations.UnderWayCount.ShouldBe(2);
        _now = MerchantReservations.UnderWayMax;
        Reserve(reservations, Sale(3, 100));
        reservations.UnderWayCount.ShouldBe(2);
        reservations.Windows.Day(Today, null).Fen.ShouldBe(300);
    }

    [Fact]
    public void Without_limits_nothing_is_kept()
    {
        var reservations = new MerchantReservations();
        reservations.Load(MerchantLimits.None, new VolumeWindows(), new HashSet<LineReservation>());
        Reserve(reservations, Sale(1, 100)).ShouldBeNull();
        reservations.UnderWayCount.ShouldBe(0);
    }

    private LimitBreach? Reserve(MerchantReservations reservations, LineReservation line) =>
        reservations.Reserve(line, Today, _now.Ticks, since => _now - TimeSpan.FromTicks(since))?.Breach;

    private static MerchantReservations WithDayLimit(long dayFen, long used = 0)
    {
        var reservations = new MerchantReservations();
        reservations.Load(
            new MerchantLimits([new MerchantLimit(1, null, new(2026, 1, 1), new(null, dayFen, null, null, null))]), Used(used), new HashSet<LineReservation>());
        return reservations;
    }

    private static VolumeWindows Used(long fen)
    {
        var windows = new VolumeWindows();
        windows.Add(Today, PayType.Card, new(fen, fen > 0 ? 1 : 0));
        return windows;
    }

    private static LineReservation Sale(int stan, long amountFen) =>
        new(1, 1, 1, stan, Today, TransactionKind.Sale, PayType.Card, CardKind.Debit, amountFen, $"R{stan}");
}
