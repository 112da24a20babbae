// A PHP that was compiled to WebAssembly, and sees this machine's files where they are.
import { PHP, loadPHPRuntime } from '@php-wasm/universal';

/** @param {string} version "8.5" @param {string[]} folders Shown under their own paths. */
export async function startPhp(version, folders) {
	const { getPHPLoaderModule } = await import(`@php-wasm/node-${version.replace('.', '-')}`);
	const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule(), { ENV: {} }));
	for (const folder of folders) {
		php.mkdir(folder);
		await php.mount(folder, (_, FS, at) => {
			FS.mount(FS.filesystems.NODEFS, { root: folder }, at);
			return () => FS.unmount(at);
		});
	}
	return php;
}
