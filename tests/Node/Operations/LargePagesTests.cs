using Exchange.Node.Operations;

namespace Exchange.Node.Tests.Operations;

public sealed class LargePagesTests
{
    [Fact]
    public void Ranges_that_touch_are_one_and_those_of_files_are_left_out()
    {
        string[] maps =
        [
            "55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0                          [heap]",
            "7f0000000000-7f0000200000 rw-p 00000000 00:00 0 ",
            "7f0000200000-7f0000800000 ---p 00000000 00:00 0 ",
            "7f0000800000-7f0000900000 r-xp 00000000 fe:00 1234                       /usr/lib/libc.so.6",
            "7f0000900000-7f0000a00000 rw-p 00000000 00:00 0 ",
            "7f0000a00000-7f0000b00000 rw-s 00000000 00:01 77                         /memfd:doublemapper (deleted)",
            "7f0000c00000-7f0000d00000 rw-p 00000000 00:00 0 ",
            "7fff00000000-7fff00021000 rw-p 00000000 00:00 0                          [stack]",
        ];
        LargePages.Nameless(maps).ShouldBe(
        [
            (0x7f0000000000UL, 0x7f0000800000UL),
            (0x7f0000900000UL, 0x7f0000a00000UL),
            (0x7f0000c00000UL, 0x7f0000d00000UL),
        ]);
    }

    /// <summary>The flag that the kernel shows for the memory in which the heap lies.</summary>
    [Fact]
    public void The_kernel_takes_the_advice_for_the_heap()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/sys/kernel/mm/transparent_hugepage"))
        {
            LargePages.Ask().ShouldBe(0);
            return;
        }

        LargePages.Ask().ShouldBeGreaterThan(GC.GetTotalMemory(forceFullCollection: false));
        File.ReadLines("/proc/self/smaps").Where(line => line.StartsWith("VmFlags:", StringComparison.Ordinal)).ShouldContain(line => line.Contains(" hg", StringComparison.Ordinal));
    }
}
