using Acquiring.Core.Clearing;

namespace Acquiring.Core.Online;

/// <summary>What a terminal gateway says happened, well-formed.</summary>
/// <param name="Line">In the same words as a clearing file's line, so that the file that comes later repeats it.</param>
/// <param name="IsVoid">A reversal that may only undo a sale of the same terminal and the same business date.</param>
public sealed record OnlineNotice(ClearingLine Line, bool IsVoid);
