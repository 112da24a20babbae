<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Diagnosis\Extension_Check;
use ClosteSync\Extension\Extension;

/**
 * Says why the extension cannot be used, and shows the lines to copy.
 */
final class Extension_Notice {

	/**
	 * @param string $stand_in What sends domains while no PHP has the extension, in words; '' when nothing does.
	 */
	public function __construct( private readonly Extension $extension, private readonly string $stand_in ) {}

	/**
	 * @param bool $is_dismissible Whether a user can do without it; what is dismissed comes back when the cause changes.
	 */
	public function show( bool $is_dismissible ): void {
		$check   = new Extension_Check( $this->extension, time(), stand_in: $this->stand_in );
		$finding = $check->here();
		$html    = Notice::paragraph( esc_html( $finding->message ) );

		if ( '' !== $finding->advice ) {
			$html .= Notice::paragraph( esc_html( $finding->advice ) );
		}

		if ( array() !== $finding->lines ) {
			$html .= '<pre class="closte-sync-lines" dir="ltr">' . esc_html( implode( "\n", $finding->lines ) ) . '</pre>';
		}

		if ( $is_dismissible ) {
			$name = 'extension-' . ( $this->extension->version() ?? 'missing' ) . '-' . $check->obstacle();
			Notice::show_dismissible( $name, 'error', $html );
		} else {
			Assets::enqueue_style();
			echo wp_kses_post( wp_get_admin_notice( $html, array( 'type' => 'error', 'paragraph_wrap' => false ) ) );
		}
	}
}
