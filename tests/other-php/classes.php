<?php
/**
 * Loads each file of the plugin, so that PHP compiles all of it and links each class with its parents.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

$root = dirname( CLOSTE_SYNC_FILE );
foreach ( array( 'class-wp-list-table.php', 'class-wp-ms-sites-list-table.php', 'plugin.php', 'template.php' ) as $file ) {
	require_once ABSPATH . "wp-admin/includes/$file";
}
require_once dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php';

$count = 0;
foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $root, FilesystemIterator::SKIP_DOTS ) ) as $file ) {
	if ( 'php' !== $file->getExtension() ) {
		continue;
	}
	++$count;
	token_get_all( file_get_contents( $file->getPathname() ), TOKEN_PARSE );
	if ( str_starts_with( $file->getPathname(), "$root/inc/" ) || str_ends_with( $file->getFilename(), '.l10n.php' ) ) {
		require_once $file->getPathname();
	}
}
echo "$count files";
